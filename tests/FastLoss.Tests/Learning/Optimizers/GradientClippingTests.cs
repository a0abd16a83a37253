using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning.Optimizers;

public class GradientClippingTests
{
    [Property(Arbitrary = [typeof(Generators)], MaxTest = 300)]
    public void The_norm_is_the_root_of_the_squares(Numbers numbers, short power)
    {
        double[] x = numbers.Values;
        double expected = Math.Sqrt(x.Sum(v => v * v));
        Assert.Equal(expected, GradientClipping.Norm<double>(x), 1e-14 * expected);
        Assert.Equal(expected, GradientClipping.Norm<float>(numbers.As<float>()), 4e-7 * expected);

        // A power of two changes no digit, whatever becomes of the squares.
        int scale = (power % 900) + (power < 0 ? -80 : 0);
        double[] scaled = [.. x.Select(v => Math.ScaleB(v, scale))];
        Assert.Equal(Math.ScaleB(expected, scale), GradientClipping.Norm<double>(scaled), 1e-14 * Math.ScaleB(expected, scale));
        scale = power % 85;
        float[] floats = [.. x.Select(v => (float)Math.ScaleB(v, scale))];
        double exact = Math.Sqrt(floats.Sum(v => (double)v * v));
        Assert.Equal(exact, GradientClipping.Norm<float>(floats), 4e-7 * exact);
    }

    [Fact]
    public void Norms_beyond_the_squares_range_are_right()
    {
        Assert.Equal(float.MaxValue * 2.0, GradientClipping.Norm<float>([float.MaxValue, float.MaxValue, float.MaxValue, float.MaxValue]), 1e32);
        Assert.Equal((double)float.Epsilon, GradientClipping.Norm<float>([0, float.Epsilon, 0]));
        Assert.Equal(5e300, GradientClipping.Norm<double>([3e300, -4e300]), 1e286);
        Assert.Equal(5e-300, GradientClipping.Norm<double>([3e-300, -4e-300]), 1e-314);
        Assert.Equal(double.Epsilon, GradientClipping.Norm<double>([double.Epsilon]));
        Assert.Equal(0, GradientClipping.Norm<double>([]));
        Assert.Equal(0, GradientClipping.Norm<float>([0, -0f]));
        Assert.Equal(double.PositiveInfinity, GradientClipping.Norm<float>([1, float.NegativeInfinity]));
        Assert.Equal(double.NaN, GradientClipping.Norm<float>([float.NaN, float.PositiveInfinity]));
    }

    [Property(Arbitrary = [typeof(Generators)], MaxTest = 200)]
    public void Clipping_by_norm_keeps_the_direction(Numbers numbers)
    {
        float[] x = numbers.As<float>(), clipped = [.. x], small = [.. x];
        double norm = Math.Sqrt(x.Sum(v => (double)v * v));
        if (norm == 0) return;
        Assert.Equal(norm, GradientClipping.ByNorm<float>(clipped, norm / 3), 4e-7 * norm);
        double scale = norm / 3 / (norm + 1e-6);
        for (int i = 0; i < x.Length; i++) Assert.Equal(x[i] * scale, clipped[i], 6e-7 * Math.Abs(x[i]));
        GradientClipping.ByNorm<float>(small, (norm + 1e-6) * 1.001);
        Assert.Equal(x, small);
    }

    [Fact]
    public void Clipping_survives_what_floats_cannot_hold()
    {
        float[] x = [.. Enumerable.Repeat(3e38f, 10_000)];
        Assert.Equal(3e40, GradientClipping.ByNorm<float>(x, 1), 1e34);
        Assert.All(x, v => Assert.Equal(0.01, v, 1e-8));

        // As PyTorch: a norm of +infinity leaves zeros, and NaN where an infinity stood; NaN leaves NaN.
        x = [1, float.PositiveInfinity];
        Assert.Equal(double.PositiveInfinity, GradientClipping.ByNorm<float>(x, 1));
        Assert.Equal([0, float.NaN], x);
        x = [1, float.NaN];
        GradientClipping.ByNorm<float>(x, 1);
        Assert.Equal([float.NaN, float.NaN], x);
    }

    [Property(Arbitrary = [typeof(Generators)], MaxTest = 100)]
    public void Clipping_by_value_is_a_clamp(Numbers numbers)
    {
        float[] x = numbers.As<float>();
        float[] expected = [.. x.Select(v => Math.Clamp(v, -0.5f, 0.5f))];
        GradientClipping.ByValue<float>(x, 0.5);
        Assert.Equal(expected, x);
    }

    [Fact]
    public void Clipping_by_value_keeps_NaN()
    {
        double[] x = [double.NaN, double.NegativeInfinity, 3, -0.0];
        GradientClipping.ByValue<double>(x, 2);
        Assert.Equal([double.NaN, -2, 2, -0.0], x);
        GradientClipping.ByValue<double>([], 2);
    }

    [Fact]
    public void Bounds_out_of_range_are_refused_before_the_first_write()
    {
        float[] x = [1, 2];
        foreach (double bound in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm<float>(x, bound));
        foreach (double bound in (double[])[-1, double.NaN, double.PositiveInfinity, 1e39])
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByValue<float>(x, bound));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm<float>(x, 1, threads: -2));
        Assert.Throws<NotSupportedException>(() => GradientClipping.Norm<Half>([]));
        Assert.Throws<NotSupportedException>(() => GradientClipping.ByValue<Half>([], 1));
        Assert.Equal([1, 2], x);
    }

    [Fact]
    public void Clipping_allocates_nothing_and_threads_change_no_bit()
    {
        float[] x = new float[1 << 19];
        var random = new Random(3);
        foreach (ref float v in x.AsSpan()) v = (float)random.NextDouble() - 0.5f;
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            GradientClipping.ByNorm<float>(x.AsSpan(0, 1001), 1e-3);
            GradientClipping.ByValue<float>(x.AsSpan(0, 1001), 1);
        }));
        Assert.Equal(GradientClipping.Norm<float>(x), GradientClipping.Norm<float>(x, threads: 3));
    }
}
