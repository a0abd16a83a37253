using FastLoss.Tests.Support;

namespace FastLoss.Tests.Learning;

public class GradientDescentTests
{
    /// <summary>Every step shrinks each coordinate of x0^2 + x1^2 to 0.8 of itself, and 0.8^100 is 2e-10.</summary>
    [Fact]
    public void A_bowl_is_descended_to_its_bottom()
    {
        double[] x = [-3, 4];
        double end = GradientDescent.Minimize(p => (p[0] * p[0]) + (p[1] * p[1]), x, learningRate: 0.1, steps: 100);
        Assert.Equal(0, x[0], 1e-9);
        Assert.Equal(0, x[1], 1e-9);
        Assert.Equal(-3 * Math.Pow(0.8, 100), x[0], 1e-12);
        Assert.InRange(end, 0, 1e-17);
    }

    [Fact]
    public void No_steps_only_evaluate()
    {
        double[] x = [-3, 4];
        Assert.Equal(25, GradientDescent.Minimize(p => (p[0] * p[0]) + (p[1] * p[1]), x, 0.1, steps: 0));
        Assert.Equal([-3, 4], x);
    }

    /// <summary>A rate of 1 mirrors the point at the bottom of a parabola, above it flies off: the textbook's two warnings.</summary>
    [Fact]
    public void Too_high_a_rate_diverges_and_too_low_a_rate_hardly_moves()
    {
        double[] x = [-3, 4];
        GradientDescent.Minimize(p => (p[0] * p[0]) + (p[1] * p[1]), x, learningRate: 10, steps: 30);
        Assert.True(Math.Abs(x[0]) > 1e12);

        x = [-3, 4];
        GradientDescent.Minimize(p => (p[0] * p[0]) + (p[1] * p[1]), x, learningRate: 1e-10, steps: 100);
        Assert.Equal(-3, x[0], 1e-6);
        Assert.Equal(4, x[1], 1e-6);
    }

    [Fact]
    public void Structs_descend_without_allocating()
    {
        double[] x = [-3, 4], gradient = new double[2];
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            var bowl = default(Bowl);
            GradientDescent.Minimize(ref bowl, x, 0.1, 10, gradient);
        }));
    }

    [Fact]
    public void What_cannot_be_is_refused_before_the_first_write()
    {
        double[] x = [1, 2, 3];
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescent.Minimize(p => p[0], x, 0.1, -1));
        foreach (double rate in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescent.Minimize(p => p[0], x, rate, 1));
        Assert.Throws<ArgumentException>(() =>
        {
            var bowl = default(Bowl);
            GradientDescent.Minimize(ref bowl, x, 0.1, 1, new double[2]);
        });
        Assert.Throws<ArgumentNullException>(() => GradientDescent.Minimize(null!, x, 0.1, 1));
        Assert.Equal([1, 2, 3], x);
    }

    private readonly struct Bowl : IScalarFunction<double>
    {
        public double Evaluate(ReadOnlySpan<double> x) => (x[0] * x[0]) + (x[1] * x[1]);
    }
}
