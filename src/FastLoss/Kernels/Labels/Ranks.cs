using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Where a row's label stands among its scores.</summary>
internal static unsafe class Ranks
{
    /// <summary>
    /// 1 and one more for each score above the label's, and for each equal one of a lower class; 0 when a score is NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Of<T>(T* row, int count, int label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> score = Vector512.Create(row[label]), ordered = Vector512<T>.AllBitsSet;
        int rank = 1 + Count<T, Yes>(row, label, score, ref ordered)
            + Count<T, No>(row + label + 1, count - label - 1, score, ref ordered);
        ordered &= Vector512.Equals(score, score);
        return Vector512.EqualsAll(ordered.AsInt32(), Vector512<int>.AllBitsSet) ? rank : 0;
    }

    /// <summary>How many rows have their label among the first <paramref name="k"/>.</summary>
    public static long CountUpTo<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long count = 0;
        fixed (T* row = scores)
        {
            for (int r = 0; r < labels.Length; r++) count += Of(row + ((nint)r * columns), columns, labels[r]) is > 0 and int rank && rank <= k ? 1 : 0;
        }

        return count;
    }

    public static void Rows<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, Span<int> ranks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        {
            for (int r = 0; r < ranks.Length; r++) ranks[r] = Of(row + ((nint)r * columns), columns, labels[r]);
        }
    }

    /// <summary>How many of n scores are above the label's, or also equal to it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Count<T, TEqual>(T* scores, int n, Vector512<T> score, ref Vector512<T> ordered)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEqual : struct, IFlag
    {
        int total = 0, lanes = Vector512<T>.Count;
        Vector512<T> all = ordered;
        for (nint i = 0; i < n; i += lanes)
        {
            int count = (int)Math.Min(lanes, n - i);
            Vector512<T> v = count == lanes ? Vector512.Load(scores + i) : Lanes.LoadFirst(scores + i, count);
            Vector512<T> before = TEqual.Value ? Vector512.GreaterThanOrEqual(v, score) : Vector512.GreaterThan(v, score);
            total += BitOperations.PopCount(before.ExtractMostSignificantBits() & (ulong.MaxValue >> (64 - count)));
            all &= Vector512.Equals(v, v);
        }

        ordered = all;
        return total;
    }
}
