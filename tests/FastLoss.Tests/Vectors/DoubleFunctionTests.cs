using FastLoss.Digest;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Vectors;

/// <summary>
/// The functions of doubles against 106-bit references, at a million arguments of all magnitudes the reference reaches; at 10^8 with
/// FASTLOSS_EXHAUSTIVE=1.
/// </summary>
public class DoubleFunctionTests
{
    private static readonly int Samples = Environment.GetEnvironmentVariable("FASTLOSS_EXHAUSTIVE") == "1" ? 100_000_000 : 1_000_000;

    [Fact]
    public void Exp() => Sweep<Functions.Exp>(x => DoubleDouble.Exp(x), 340, 1.25);

    [Fact]
    public void ExpM1() => Sweep<Functions.ExpM1>(x => DoubleDouble.ExpM1(x), 340, 1.9);

    [Fact]
    public void Log() => Sweep<Functions.Log>(x => DoubleDouble.Log(x), double.MaxValue, 1, Math.Abs);

    [Fact]
    public void Log1P() => Sweep<Functions.Log1P>(x => DoubleDouble.Log1P(x), 1e15, 1.5, x => Math.Max(x, -0.999));

    [Fact]
    public void Sigmoid() => Sweep<Functions.Sigmoid>(x => (DoubleDouble)1 / (DoubleDouble.Exp(-x) + 1), 340, 3);

    [Fact]
    public void Softplus() =>
        Sweep<Functions.Softplus>(x => DoubleDouble.Log1P(DoubleDouble.Exp(-Math.Abs(x))) + Math.Max(x, 0), 340, 2.5);

    private static void Sweep<TFunction>(Func<double, DoubleDouble> exact, double limit, double bound, Func<double, double>? domain = null)
        where TFunction : struct, IElementwiseLoss
    {
        const int Slices = 16;
        (double Error, double At)[] worst = new (double, double)[Slices];
        Parallel.For(0, Slices, slice =>
        {
            Random random = new(slice);
            double[] x = new double[4096];
            for (int i = 0; i < Samples / Slices / x.Length; i++)
            {
                // Half the arguments are even in magnitude from 2^-60 to the limit, half in value.
                for (int k = 0; k < x.Length; k++)
                {
                    double magnitude = k % 2 == 0
                        ? Math.ScaleB(1 + random.NextDouble(), random.Next(-60, Math.ILogB(limit)))
                        : random.NextDouble() * Math.Min(limit, 700);
                    x[k] = random.Next(2) == 0 ? magnitude : -magnitude;
                    if (domain != null) x[k] = domain(x[k]);
                }

                double[] y = Functions.Of<TFunction, double>(x);
                for (int k = 0; k < x.Length; k++)
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
        double[] e = Functions.Of<Functions.Exp, double>(
            [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.2]);
        Assert.Equal([double.NaN, double.PositiveInfinity, 0, 1], e[..4]);
        Assert.True(double.IsFinite(e[4]) && e[4] > 1.797e308);
        Assert.Equal(double.PositiveInfinity, e[5]);
        Assert.Equal(double.Epsilon, e[6]);
        Assert.Equal(0, e[7]);
        double[] log = Functions.Of<Functions.Log, double>([double.NaN, double.PositiveInfinity, -1, 0, double.Epsilon, 1, -0.0, double.NegativeInfinity]);
        Assert.Equal(
            [double.NaN, double.PositiveInfinity, double.NaN, double.NegativeInfinity, Math.Log(double.Epsilon), 0, double.NegativeInfinity, double.NaN], log);
    }
}
