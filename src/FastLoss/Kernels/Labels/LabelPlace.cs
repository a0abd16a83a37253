using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Where a label stands among its row's scores, with its ties.</summary>
/// <param name="Above">How many scores are above the label's.</param>
/// <param name="Equal">How many are equal to it, itself included; 0 where a score is NaN, and the row has no order.</param>
internal readonly record struct LabelPlace(int Above, int Equal)
{
    /// <summary>A whole, in the units in which shares are counted: sums of them are exact.</summary>
    public const ulong One = 1UL << 63;

    public bool HasOrder => Equal != 0;

    /// <summary>The share of the orders of equal scores in which the label is among the first k: a whole, or in units of 2^-63.</summary>
    public ulong ShareUpTo(int k, Ties ties)
    {
        if (!HasOrder) return 0;
        if (ties == Ties.First) return Above < k ? One : 0;
        if (ties == Ties.Last) return Above + Equal <= k ? One : 0;
        int places = Math.Clamp(k - Above, 0, Equal);
        return places == Equal ? One : (ulong)((UInt128)One * (uint)places / (uint)Equal);
    }

    /// <summary>The places of the labels of as many rows as there are places for.</summary>
    public static unsafe void Rows<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, Span<LabelPlace> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        {
            for (int r = 0; r < places.Length; r++) places[r] = Of(row + ((nint)r * columns), columns, labels[r]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe LabelPlace Of<T>(T* row, int n, int label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count, above = 0, equal = 0;
        Vector512<T> score = Vector512.Create(row[label]), ordered = Vector512<T>.AllBitsSet;
        for (nint i = 0; i < n; i += lanes)
        {
            int count = (int)Math.Min(lanes, n - i);
            Vector512<T> v = count == lanes ? Vector512.Load(row + i) : Lanes.LoadFirst(row + i, count);
            ulong counted = ulong.MaxValue >> (64 - count);
            above += BitOperations.PopCount(Vector512.GreaterThan(v, score).ExtractMostSignificantBits() & counted);
            equal += BitOperations.PopCount(Vector512.Equals(v, score).ExtractMostSignificantBits() & counted);
            ordered &= Vector512.Equals(v, v);
        }

        return Vector512.EqualsAll(ordered.AsInt32(), Vector512<int>.AllBitsSet) ? new(above, equal) : default;
    }
}
