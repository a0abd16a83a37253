using System.Numerics;

namespace FastLoss.Tests.Support;

/// <summary>Comparisons that say where and by how much.</summary>
internal static class Close
{
    /// <summary>
    /// Each element within <paramref name="relative"/> of the expected, NaN where it is NaN, equal where it is infinite.
    /// Values up to <paramref name="flushed"/> may also be 0.
    /// </summary>
    public static void Relative<T>(
        ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, double relative, string what, double flushed = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double a = double.CreateTruncating(actual[i]);
            if (!IsClose(expected[i], a, relative, flushed))
            {
                Assert.Fail($"{what}: [{i}] of {expected.Length} is {a:R}, expected {expected[i]:R} within {relative}");
            }
        }
    }

    public static bool IsClose(double expected, double actual, double relative, double flushed = 0)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected)) return expected.Equals(actual);
        double subnormalUlp = flushed * 1.2e-7; // a subnormal's last place, whatever its own size
        return Math.Abs(expected - actual) <= Math.Max(relative * Math.Abs(expected), subnormalUlp)
            || (actual == 0 && Math.Abs(expected) <= flushed)
            || (expected == 0 && Math.Abs(actual) <= flushed);
    }

    public static void Same<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].Equals(actual[i]) || T.IsNegative(expected[i]) != T.IsNegative(actual[i]))
            {
                Assert.Fail($"{what}: [{i}] of {expected.Length} is {actual[i]}, expected the bits of {expected[i]}");
            }
        }
    }
}
