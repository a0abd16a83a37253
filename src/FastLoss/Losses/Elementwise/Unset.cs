using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// A parameter of a struct kept so that zeros, which an unset struct is made of, stand for its default: <c>default(Huber)</c> is
/// <c>new Huber()</c>, the same bits and so equal to it. Two instructions, and none in a loop: no branch.
/// </summary>
internal static class Unset
{
    public static long Encode(double value, double fallback) =>
        BitConverter.DoubleToInt64Bits(value) ^ BitConverter.DoubleToInt64Bits(fallback);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Decode(long bits, double fallback) =>
        BitConverter.Int64BitsToDouble(bits ^ BitConverter.DoubleToInt64Bits(fallback));
}
