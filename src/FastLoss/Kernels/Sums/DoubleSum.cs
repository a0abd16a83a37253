using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Sums of blocks, kept in double, one for each lane of 64 bytes. A block is 512 elements, 8 terms a lane of the four accumulators: a float
/// block has rounded at most 9 times, so a sum of positive floats is within 9 * 2^-24 = 5.4e-7 of the exact one at any length.
/// </summary>
internal static unsafe class DoubleSum<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const int BlockLength = 512;

    /// <summary>Those an element goes to, whatever the register.</summary>
    public static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 64 / sizeof(T);
    }

    /// <summary>The lanes by halving, of floats the upper eight onto the lower first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Total(double* sums)
    {
        Packed128<double> half = (Pair(sums, 0) + Pair(sums, 4)) + (Pair(sums, 2) + Pair(sums, 6));
        return LaneFold<Packed128<double>, double>.Of<Addition>(half);
    }

    /// <summary>The same of what <see cref="IPacked{TSelf, T}.AddWidened"/> added to registers of 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Total(V low, V high)
    {
        Packed512<double> sum = Unsafe.BitCast<V, Packed512<double>>(low);
        if (typeof(T) == typeof(float)) sum += Unsafe.BitCast<V, Packed512<double>>(high);
        return LaneFold<Packed512<double>, double>.Of<Addition>(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Packed128<double> Pair(double* sums, int i) => typeof(T) == typeof(float)
        ? Packed128<double>.Load(sums + i) + Packed128<double>.Load(sums + i + 8)
        : Packed128<double>.Load(sums + i);
}
