using System.Runtime.Intrinsics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Kernels;

/// <summary>
/// The functions of doubles against 106-bit references, at a million arguments of all magnitudes the reference reaches; at 10^8 with
/// FASTLOSS_EXHAUSTIVE=1 (4 minutes on two cores).
/// </summary>
public class VectorMathDoubleTests
{
    private static readonly int Samples = Environment.GetEnvironmentVariable("FASTLOSS_EXHAUSTIVE") == "1" ? 100_000_000 : 1_000_000;

    [Fact]
    public void Exp() => Sweep(VectorMath.Exp, x => DoubleDouble.Exp(x), 340, 1.25);

    [Fact]
    public void ExpM1() => Sweep(VectorMath.ExpM1, x => DoubleDouble.ExpM1(x), 340, 1.9);

    [Fact]
    public void Log() => Sweep(VectorMath.Log, x => DoubleDouble.Log(Math.Abs(x)), double.MaxValue, 1, Vector512.Abs);

    [Fact]
    public void Log1P() => Sweep(VectorMath.Log1P, x => DoubleDouble.Log1P(x), 1e15, 1.5, x => Vector512.Max(x, Vector512.Create(-0.999)));

    [Fact]
    public void Sigmoid() => Sweep(VectorMath.Sigmoid, x => (DoubleDouble)1 / (DoubleDouble.Exp(-x) + 1), 340, 3);

    private static void Sweep(
        Func<Vector512<double>, Vector512<double>> fast,
        Func<double, DoubleDouble> exact,
        double limit,
        double bound,
        Func<Vector512<double>, Vector512<double>>? domain = null)
    {
        const int Slices = 16;
        (double Error, double At)[] worst = new (double, double)[Slices];
        Parallel.For(0, Slices, slice =>
        {
            Random random = new(slice);
            double[] lanes = new double[8];
            for (int i = 0; i < Samples / Slices / 8; i++)
            {
                // Half the arguments are even in magnitude from 2^-60 to the limit, half in value.
                for (int k = 0; k < 8; k++)
                {
                    double magnitude = i % 2 == 0
                        ? Math.ScaleB(1 + random.NextDouble(), random.Next(-60, Math.ILogB(limit)))
                        : random.NextDouble() * Math.Min(limit, 700);
                    lanes[k] = random.Next(2) == 0 ? magnitude : -magnitude;
                }

                Vector512<double> x = Vector512.Create(lanes);
                if (domain != null) x = domain(x);
                Vector512<double> y = fast(x);
                for (int k = 0; k < 8; k++)
                {
                    DoubleDouble e = exact(x[k]);
                    double ulp = Math.Max(Math.ScaleB(1, Math.ILogB(e.High) - 52), double.Epsilon);
                    double error = Math.Abs((y[k] - e.High) - e.Low) / ulp;
                    if (!(error <= worst[slice].Error)) worst[slice] = (error, x[k]);
                }
            }
        });

        (double largest, double at) = worst.MaxBy(w => double.IsNaN(w.Error) ? double.PositiveInfinity : w.Error);
        Assert.True(largest <= bound, $"{largest:F3} ULP at {at:R}; the bound is {bound}");
    }

    [Fact]
    public void Corners()
    {
        Vector512<double> x = Vector512.Create(
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.2);
        Vector512<double> e = VectorMath.Exp(x);
        Assert.Equal([double.NaN, double.PositiveInfinity, 0, 1], new[] { e[0], e[1], e[2], e[3] });
        Assert.True(double.IsFinite(e[4]) && e[4] > 1.797e308);
        Assert.Equal(double.PositiveInfinity, e[5]);
        Assert.Equal(double.Epsilon, e[6]);
        Assert.Equal(0, e[7]);
        Vector512<double> y = Vector512.Create(double.NaN, double.PositiveInfinity, -1, 0, double.Epsilon, 1, -0.0, double.NegativeInfinity);
        Vector512<double> log = VectorMath.Log(y);
        Assert.Equal(
            [double.NaN, double.PositiveInfinity, double.NaN, double.NegativeInfinity, Math.Log(double.Epsilon), 0, double.NegativeInfinity, double.NaN],
            new[] { log[0], log[1], log[2], log[3], log[4], log[5], log[6], log[7] });
    }
}
