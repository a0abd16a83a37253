namespace FastLoss.Tests.Differentiation;

public class StochasticGradientTests
{
    private const int Dimension = 12;

    private static readonly double[] Slopes = [.. Enumerable.Range(0, Dimension).Select(i => Math.Sin(1 + i) * (i + 1))];

    private static double Linear(ReadOnlySpan<double> x)
    {
        double sum = 3;
        for (int i = 0; i < x.Length; i++) sum += Slopes[i] * x[i];
        return sum;
    }

    private static void Estimate(bool signs, ulong seed, int directions, double[] gradient, double[] errors)
    {
        double[] x = [.. Slopes.Select(s => s / 3)];
        if (signs) StochasticGradient.Spsa(Linear, x, gradient, seed, directions, errors);
        else StochasticGradient.RandomDirections(Linear, x, gradient, seed, directions, errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Estimates_are_unbiased_with_the_stated_variance(bool signs)
    {
        const int trials = 20_000;
        double[] gradient = new double[Dimension], sums = new double[Dimension], squares = new double[Dimension];
        for (ulong seed = 0; seed < trials; seed++)
        {
            Estimate(signs, seed, 1, gradient, []);
            for (int i = 0; i < Dimension; i++)
            {
                sums[i] += gradient[i];
                squares[i] += (gradient[i] - Slopes[i]) * (gradient[i] - Slopes[i]);
            }
        }

        double norm = Slopes.Sum(s => s * s);
        for (int i = 0; i < Dimension; i++)
        {
            double variance = norm + (signs ? -1 : 1) * Slopes[i] * Slopes[i];
            Assert.Equal(Slopes[i], sums[i] / trials, 4.5 * Math.Sqrt(variance / trials));
            Assert.Equal(1, squares[i] / trials / variance, 0.08);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Standard_errors_describe_the_errors(bool signs)
    {
        double[] gradient = new double[Dimension], errors = new double[Dimension];
        int within = 0, all = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            Estimate(signs, seed, 400, gradient, errors);
            for (int i = 0; i < Dimension; i++, all++)
            {
                if (Math.Abs(gradient[i] - Slopes[i]) <= 2 * errors[i]) within++;
            }
        }

        Assert.InRange(within / (double)all, 0.92, 0.98);   // 95.4 % of normal errors are within two standard errors
    }

    [Fact]
    public void A_seed_gives_the_same_bits_and_another_does_not()
    {
        double[] x = new double[Dimension], first = new double[Dimension], again = new double[Dimension], other = new double[Dimension];
        StochasticGradient.Spsa(Linear, x, first, 1, 3);
        StochasticGradient.Spsa(Linear, x, again, 1, 3);
        StochasticGradient.Spsa(Linear, x, other, 2, 3);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(new double[Dimension], x);

        // Known signs of the documented generator: the estimate is part of what a seed means.
        StochasticGradient.Spsa(p => p[0], new double[1], first.AsSpan(0, 1), 7);
        Assert.Equal(1, first[0], 1e-9);
    }

    [Fact]
    public void Descent_along_estimates_reaches_the_minimum()
    {
        double[] x = [3, -2, 1, 5], gradient = new double[4];
        var function = new SumOfSquares<double>();
        for (ulong step = 0; step < 400; step++)
        {
            StochasticGradient.Spsa(ref function, x, gradient, step);
            for (int i = 0; i < 4; i++) x[i] -= 0.05 * gradient[i];
        }

        Assert.All(x, value => Assert.Equal(0, value, 1e-6));
        Assert.Equal(800, function.Evaluations);
    }

    [Fact]
    public void Scales_weigh_the_directions()
    {
        double[] x = [1e6, 1e-6], gradient = new double[2];
        StochasticGradient.Spsa(p => 3e-6 * p[0] + 2e6 * p[1], x, gradient, 3, 4000, options: new() { Scales = [1e6, 1e-6] });
        Assert.Equal(3e-6, gradient[0], 3e-7);
        Assert.Equal(2e6, gradient[1], 2e5);
        Assert.Equal([1e6, 1e-6], x);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        double[] x = [1, 2], gradient = new double[2];
        Assert.Throws<ArgumentOutOfRangeException>(() => StochasticGradient.Spsa(Linear, x, gradient, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StochasticGradient.Spsa(Linear, x, gradient, 1, 1, new double[2]));
        Assert.Throws<ArgumentException>(() => StochasticGradient.Spsa(Linear, x, new double[1], 1));
        Assert.Throws<ArgumentException>(() => StochasticGradient.Spsa(Linear, x, gradient, 1, options: new() { LowerBounds = [0.0, 0] }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => StochasticGradient.RandomDirections(Linear, x, gradient, 1, options: new() { Scheme = DifferenceScheme.Forward }));
        var function = new ThrowsAt(2);
        Assert.Throws<InvalidOperationException>(() => StochasticGradient.Spsa(ref function, x, gradient, 1));
        Assert.Equal([1, 2], x);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        double[] x = [1, 2, 3], gradient = new double[3], errors = new double[3];
        var function = new SumOfSquares<double>();
        DifferentiationAllocation.AssertNone(() => StochasticGradient.Spsa(ref function, x, gradient, 1, 5, errors));
    }
}
