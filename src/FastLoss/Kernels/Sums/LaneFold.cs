using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>How two elements become one: their sum, or the larger.</summary>
internal interface IFold
{
    static abstract V Of<V>(V a, V b)
        where V : unmanaged, IVector<V>;

    /// <summary>v where the mask holds, what changes no other where not.</summary>
    static abstract V Counted<V>(V v, V mask)
        where V : unmanaged, IVector<V>;
}

internal readonly struct Addition : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b)
        where V : unmanaged, IVector<V> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Counted<V>(V v, V mask)
        where V : unmanaged, IVector<V> => v & mask;
}

/// <summary>The larger; which of NaN and a number does not matter.</summary>
internal readonly struct Maximum : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, V b)
        where V : unmanaged, IVector<V> => V.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Counted<V>(V v, V mask)
        where V : unmanaged, IVector<V> => V.Where(mask, v, double.NegativeInfinity);
}

/// <summary>The lanes of a register folded into one by halving: the upper half onto the lower, down to one lane.</summary>
internal static unsafe class LaneFold<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>No branches: which lane is the larger is as random as the data (40 cycles a row).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<TFold>(V v)
        where TFold : struct, IFold
    {
        if (sizeof(V) == 64) v = TFold.Of(v, V.UpperHalves(v, v));
        if (sizeof(V) >= 32) v = TFold.Of(v, V.OddQuarters(v, v));
        v = TFold.Of(v, V.HighPairs(v, v));
        if (typeof(T) == typeof(float)) v = TFold.Of(v, V.Odds(v, v));
        return V.First(v);
    }
}
