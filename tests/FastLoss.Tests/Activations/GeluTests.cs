using FastLoss.Tests.Support;

namespace FastLoss.Tests.Activations;

/// <summary>The exact GELU against 106-bit references, down to where it underflows; the bounds are the documented ones.</summary>
public class GeluTests
{
    /// <summary>x, x Phi(x), and its derivative, by mpmath at 40 digits.</summary>
    private static readonly (double X, double Value, double Slope)[] Literals =
    [
        (0.5, 0.34573123063700656, 0.8674951246561629),
        (-0.5, -0.15426876936299344, 0.13250487534383715),
        (-0.75, -0.16997051428265114, 0.0007742782607648957),
        (-1, -0.15865525393145705, -0.0833154705876863),
        (-3, -0.0040496940948902835, -0.011945647204183927),
        (-5.5, -1.0444259356238245e-07, -5.733472398739924e-07),
        (-10, -7.619853024160526e-23, -7.618400096464814e-22),
        (-13, -7.952313719414843e-38, -1.0337304440113355e-36),
        (-20, -5.507248237212468e-88, -1.1014360483133464e-86),
        (-36, -1.505744663687022e-282, -5.420674359367623e-281),
    ];

    [Fact]
    public void LiteralValues()
    {
        foreach ((double x, double value, double slope) in Literals)
        {
            double[] y = new double[1], d = new double[1];
            Gelu.Compute<double>([x], y);
            Gelu.Backward<double>([x], [1], d);
            Assert.Equal(value, y[0], 1e-15 * Math.Abs(value));
            Assert.Equal(slope, d[0], 1e-14 * Math.Abs(slope) + 1e-16 * (x > -1 ? 1 : 0));
            float[] narrow = new float[1];
            Gelu.Compute<float>([(float)x], narrow);
            if (x == (float)x && x > -13) Assert.Equal(value, narrow[0], 5 * UlpOfFloat(value));
            DoubleDouble reference = x < 0 ? NormalTail.Of(-x) * x : ((DoubleDouble)1 - NormalTail.Of(x)) * x;
            Assert.Equal(value, reference.High, 2e-16 * Math.Abs(value));
        }
    }

    [Fact]
    public void FloatsAreWithinTheirBound()
    {
        float[] x = [.. Enumerable.Range(0, 400_000).Select(i => -14.5f + (i * 5e-5f)), .. Enumerable.Range(1, 40_000).Select(i => BitConverter.Int32BitsToSingle(unchecked((int)((uint)i * 104_729u))))];
        float[] y = new float[x.Length], slopes = new float[x.Length], ones = [.. x.Select(_ => 1f)];
        Gelu.Compute<float>(x, y);
        Gelu.Backward<float>(x, ones, slopes);
        (double worst, double at) = (0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            if (float.IsNaN(x[i])) continue;
            double a = Math.Min(30, Math.Abs((double)x[i])), tail = NormalTail.Of(a).High, density = NormalTail.Density(a).High;
            double exact = x[i] < 0 ? -a * tail : x[i] - (x[i] * tail);
            if (float.IsInfinity(x[i])) exact = x[i] > 0 ? x[i] : 0;
            double error = Math.Abs(y[i] - exact) / UlpOfFloat(exact);
            if (error > worst) (worst, at) = (error, x[i]);
            double slope = x[i] < 0 ? tail - (a * density) : 1 - tail + (a * density);
            Assert.True(Math.Abs(slopes[i] - slope) <= 5 * UlpOfFloat(Math.Max(x[i] < 0 ? tail : 1 - tail, a * density)), $"slope at {x[i]:R}: {slopes[i]:R}, not {slope:R}");
        }

        Assert.True(worst <= 5, $"{worst:F3} ULP at {at:R}");
    }

    private static double UlpOfFloat(double value) => Math.Max(Math.ScaleB(1, Math.ILogB(value) - 23), 1.401298464324817e-45);

    [Fact]
    public void DoublesAreWithinTheirBound()
    {
        Random random = new(7);
        double[] x = new double[100_000], y = new double[x.Length], slopes = new double[x.Length], ones = [.. x.Select(_ => 1.0)];
        for (int i = 0; i < x.Length; i++) x[i] = i % 3 == 0 ? Math.ScaleB(1 + random.NextDouble(), random.Next(-40, 5)) * (1 - (2 * (i & 1))) : (random.NextDouble() * 46) - 36;
        Gelu.Compute<double>(x, y);
        Gelu.Backward<double>(x, ones, slopes);
        (double worst, double at, double worstSlope) = (0, 0, 0);
        for (int i = 0; i < x.Length; i++)
        {
            double a = Math.Abs(x[i]);
            if (a > 36) continue;
            DoubleDouble tail = NormalTail.Of(a), density = NormalTail.Density(a) * a;
            DoubleDouble cdf = x[i] < 0 ? tail : (DoubleDouble)1 - tail;
            DoubleDouble exact = cdf * x[i], slope = x[i] < 0 ? cdf - density : cdf + density;
            double error = Math.Abs((y[i] - exact.High) - exact.Low) / UlpOfDouble(exact.High);
            if (!(error <= worst)) (worst, at) = (error, x[i]);
            double size = Math.Max(cdf.High, density.High);
            worstSlope = Math.Max(worstSlope, Math.Abs((slopes[i] - slope.High) - slope.Low) / UlpOfDouble(size));
        }

        Assert.True(worst <= 8, $"{worst:F3} ULP at {at:R}");
        Assert.True(worstSlope <= 8, $"slope: {worstSlope:F3} ULP");
    }

    private static double UlpOfDouble(double value) => Math.Max(Math.ScaleB(1, Math.ILogB(value) - 52), double.Epsilon);

    [Fact]
    public void Corners()
    {
        double[] x = [0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, -38.4, -39, double.Epsilon], y = new double[8], d = new double[8];
        Gelu.Compute<double>(x, y);
        Assert.Equal([0, 0, double.PositiveInfinity, 0, double.NaN], y[..5]);
        Assert.True(double.IsNegative(y[1]) && !double.IsNegative(y[0]));
        Assert.True(y[5] is < 0 and > -1e-319, $"{y[5]:R}");
        Assert.Equal(0, y[6]);
        Gelu.Backward<double>(x, [1, 1, 1, 1, 1, 1, 1, 1], d);
        Assert.Equal([0.5, 0.5, 1, 0, double.NaN], d[..5]);
        float[] narrow = new float[4];
        Gelu.Compute<float>([float.PositiveInfinity, float.NegativeInfinity, -14, float.MaxValue], narrow);
        Assert.Equal([float.PositiveInfinity, 0, -1.1e-43f, float.MaxValue], narrow, (a, b) => a == b || Math.Abs(a - b) < 1e-44f);
    }

    /// <summary>The tanh form is within its documented distance.</summary>
    [Fact]
    public void TheTanhFormIsNear()
    {
        double[] x = [.. Enumerable.Range(-600, 1201).Select(i => i / 100.0)], exact = new double[x.Length], near = new double[x.Length];
        Gelu.Compute<double>(x, exact);
        GeluTanh.Compute<double>(x, near);
        Assert.All(exact.Zip(near), p => Assert.InRange(p.First - p.Second, -1e-3, 1e-3));
        Assert.Contains(exact.Zip(near), p => Math.Abs(p.First - p.Second) > 4e-4);
    }
}
