using FastLoss.Digest;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Vectors;

/// <summary>
/// Sweeps over every 101st float; over all 2^32 of each function with FASTLOSS_EXHAUSTIVE=1 (a few minutes). The bounds are
/// the documented ones.
/// </summary>
public class FloatFunctionTests
{
    [Fact]
    public void Exp() => Sweep<Functions.Exp>(Math.Exp, 1.25);

    [Fact]
    public void ExpM1() => Sweep<Functions.ExpM1>(Reference.ExpM1, 1.9);

    [Fact]
    public void Log() => Sweep<Functions.Log>(Math.Log, 1);

    [Fact]
    public void Log1P() => Sweep<Functions.Log1P>(Reference.Log1P, 1.5);

    [Fact]
    public void Sigmoid() => Sweep<Functions.Sigmoid>(x => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)), 3);

    [Fact]
    public void Softplus() => Sweep<Functions.Softplus>(x => Math.Max(x, 0) + Reference.Log1P(Math.Exp(-Math.Abs(x))), 2.5);

    [Fact]
    public void Tanh() => Sweep<Functions.Tanh>(Math.Tanh, 2.5);

    private static void Sweep<TFunction>(Func<double, double> exact, double bound)
        where TFunction : struct, IElementwiseLoss
    {
        const int Piece = 1 << 16;
        long step = Environment.GetEnvironmentVariable("FASTLOSS_EXHAUSTIVE") == "1" ? 1 : 101;
        long total = (1L << 32) / step;
        int pieces = (int)((total + Piece - 1) / Piece);
        (double Worst, float At)[] found = new (double, float)[pieces];
        Parallel.For(0, pieces, p =>
        {
            float[] x = new float[Math.Min(Piece, total - ((long)p * Piece))];
            for (int i = 0; i < x.Length; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)((((long)p * Piece) + i) * step));
            float[] y = Functions.Of<TFunction, float>(x);
            for (int i = 0; i < x.Length; i++)
            {
                double error = Ulps(exact(x[i]), y[i]);
                if (error > found[p].Worst) found[p] = (error, x[i]);
            }
        });
        (double largest, float where) = found.MaxBy(f => f.Worst);
        Assert.True(largest <= bound, $"{largest:F3} ULP at {where:R}; the bound is {bound}");
    }

    /// <summary>The error in units of the last place of the exact value; infinite where one is NaN, or infinite with cause, and the other not.</summary>
    private static double Ulps(double exact, float actual)
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
        float[] zeros = [-0f, 0f];
        foreach (float[] y in (float[][])[Functions.Of<Functions.ExpM1, float>(zeros), Functions.Of<Functions.Log1P, float>(zeros), Functions.Of<Functions.Tanh, float>(zeros)])
        {
            Assert.Equal([int.MinValue, 0], y.Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void OfNaNAndOfZerosTheSecondIsTaken()
    {
        float[] a = [float.NaN, 1, 0f, -0f], b = [1, float.NaN, -0f, 0f];
        int[] expected = [.. b.Select(BitConverter.SingleToInt32Bits)];
        Assert.Equal(expected, Functions.Of<Functions.Maximum, float>(a, b).Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(expected, Functions.Of<Functions.Minimum, float>(a, b).Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void PowersHaveTheCornersStated()
    {
        float[] x = [2, 0, 0, 1, float.NaN, -1, 0.5f, 9], y = [3, 0, 2, float.NaN, 0, 2, -2, 0.5f];
        float[] powers = Functions.Of<Functions.Pow, float>(x, y);
        Assert.Equal([8, 1, 0, 1, 1, float.NaN, 4, 3], powers, (a, b) => a.Equals(b) || Math.Abs(a - b) <= 1e-6f * b);
        Assert.Equal([3, float.NaN, 0], Functions.Of<Functions.Sqrt, float>([9, -1, 0]));
        Assert.Equal([-9, 1], Functions.Of<Functions.CopySign, float>([9, -1], [-0f, 2]));
    }
}
