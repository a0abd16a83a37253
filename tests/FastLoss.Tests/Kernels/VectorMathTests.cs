using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Kernels;

/// <summary>
/// Sweeps over every 101st float; over all 2^32 of each function with FASTLOSS_EXHAUSTIVE=1 (a few minutes). The bounds are
/// the documented ones.
/// </summary>
public class VectorMathTests
{
    private interface IFunction
    {
        static abstract double Bound { get; }

        static abstract Vector512<float> Fast(Vector512<float> x);

        static abstract double Exact(double x);
    }

    [Fact]
    public void Exp() => Sweep<ExpFunction>();

    [Fact]
    public void ExpM1() => Sweep<ExpM1Function>();

    [Fact]
    public void Log() => Sweep<LogFunction>();

    [Fact]
    public void Log1P() => Sweep<Log1PFunction>();

    [Fact]
    public void Sigmoid() => Sweep<SigmoidFunction>();

    private static void Sweep<TFunction>()
        where TFunction : IFunction
    {
        long step = Environment.GetEnvironmentVariable("FASTLOSS_EXHAUSTIVE") == "1" ? 1 : 101;
        long total = (1L << 32) / step;
        const int Slices = 64;
        double[] worst = new double[Slices];
        float[] at = new float[Slices];
        Parallel.For(0, Slices, slice =>
        {
            long start = total * slice / Slices;
            long end = total * (slice + 1) / Slices;
            (worst[slice], at[slice]) = Slice<TFunction>(start, end, step);
        });
        double largest = worst.Max();
        float where = at[Array.IndexOf(worst, largest)];
        Assert.True(largest <= TFunction.Bound, $"{largest:F3} ULP at {where:R}; the bound is {TFunction.Bound}");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Worst, float At) Slice<TFunction>(long start, long end, long step)
        where TFunction : IFunction
    {
        double worst = 0;
        float at = 0;
        for (long i = start; i < end; i += 16)
        {
            Vector512<float> x = (Vector512.Create((int)(i * step)) + (Vector512<int>.Indices * (int)step)).AsSingle();
            Vector512<float> y = TFunction.Fast(x);
            for (int lane = 0; lane < 16; lane++)
            {
                double error = Ulps(TFunction.Exact(x[lane]), y[lane]);
                if (error > worst) (worst, at) = (error, x[lane]);
            }
        }

        return (worst, at);
    }

    /// <summary>The error in units of the last place of the exact value; infinite where one is NaN, or infinite with cause, and the other not.</summary>
    internal static double Ulps(double exact, float actual)
    {
        float rounded = (float)exact;
        if (float.IsNaN(rounded) || float.IsNaN(actual)) return float.IsNaN(rounded) && float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        if (float.IsInfinity(rounded)) return actual == rounded ? 0 : double.PositiveInfinity;
        double magnitude = Math.Abs(exact);

        // An infinity counts as 2^128, the number it was rounded up from.
        double value = float.IsInfinity(actual) ? Math.CopySign(Math.ScaleB(1, 128), actual) : actual;
        double ulp = magnitude < 1.1754943508222875e-38
            ? 1.401298464324817e-45
            : Math.ScaleB(1, (int)(BitConverter.DoubleToInt64Bits(magnitude) >> 52) - 1023 - 23);
        return Math.Abs(value - exact) / ulp;
    }

    [Fact]
    public void SignedZerosSurvive()
    {
        Assert.True(float.IsNegative(VectorMath.ExpM1(Vector512.Create(-0f))[0]));
        Assert.True(float.IsNegative(VectorMath.Log1P(Vector512.Create(-0f))[0]));
        Assert.False(double.IsNegative(VectorMath.ExpM1(Vector512.Create(0d))[0]));
        Assert.True(double.IsNegative(VectorMath.Log1P(Vector512.Create(-0d))[0]));
    }

    private readonly struct ExpFunction : IFunction
    {
        public static double Bound => 1.1;

        public static Vector512<float> Fast(Vector512<float> x) => VectorMath.Exp(x);

        public static double Exact(double x) => Math.Exp(x);
    }

    private readonly struct ExpM1Function : IFunction
    {
        public static double Bound => 1.5;

        public static Vector512<float> Fast(Vector512<float> x) => VectorMath.ExpM1(x);

        public static double Exact(double x) => Reference.ExpM1(x);
    }

    private readonly struct LogFunction : IFunction
    {
        public static double Bound => 1;

        public static Vector512<float> Fast(Vector512<float> x) => VectorMath.Log(x);

        public static double Exact(double x) => Math.Log(x);
    }

    private readonly struct Log1PFunction : IFunction
    {
        public static double Bound => 1.5;

        public static Vector512<float> Fast(Vector512<float> x) => VectorMath.Log1P(x);

        public static double Exact(double x) => Reference.Log1P(x);
    }

    private readonly struct SigmoidFunction : IFunction
    {
        public static double Bound => 3;

        public static Vector512<float> Fast(Vector512<float> x) => VectorMath.Sigmoid(x);

        public static double Exact(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));
    }
}
