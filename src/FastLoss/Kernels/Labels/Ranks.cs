using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Where a row's label stands among its scores.</summary>
internal static unsafe class Ranks
{
    /// <summary>How many rows have their label among the first <paramref name="k"/>.</summary>
    public static long CountUpTo<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        fixed (int* classes = labels) return Dispatch.Run<T, AllRows<T>, long>(new(row, columns, classes, null, labels.Length, k));
    }

    /// <summary>
    /// 1 and one more for each score above the label's, and for each equal one of a lower class; 0 when a score is NaN.
    /// </summary>
    public static void Rows<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, Span<int> ranks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        fixed (int* classes = labels, found = ranks) Dispatch.Run<T, AllRows<T>, long>(new(row, columns, classes, found, ranks.Length, 0));
    }

    /// <summary>Returns how many ranks are 1 to k, and leaves them where there is room for them.</summary>
    private readonly struct AllRows<T>(T* scores, nint columns, int* labels, int* ranks, int rows, int k) : IKernel<T, long>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public long Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            long count = 0;
            for (int r = 0; r < rows; r++)
            {
                int rank = Of<V>(scores + (r * columns), columns, labels[r]);
                if (ranks != null) ranks[r] = rank;
                count += rank > 0 && rank <= k ? 1 : 0;
            }

            return count;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int Of<V>(T* row, nint count, int label)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V score = V.Broadcast(row + label), ordered = V.Equal(score, score);
            int rank = 1 + Count<V, Yes>(row, label, score, ref ordered)
                + Count<V, No>(row + label + 1, count - label - 1, score, ref ordered);
            return V.Bits(ordered) == ulong.MaxValue >> (64 - V.Count) ? rank : 0;
        }

        /// <summary>How many of n scores are above the label's, or also equal to it.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static int Count<V, TEqual>(T* scores, nint n, V score, ref V ordered)
            where V : unmanaged, IPacked<V, T>, IVector<V>
            where TEqual : struct, IFlag
        {
            int total = 0;
            V all = ordered;
            for (nint i = 0; i < n; i += V.Count)
            {
                int count = (int)Math.Min(V.Count, n - i);
                V v = count == V.Count ? V.Load(scores + i) : V.LoadFirst(scores + i, count);
                V before = TEqual.Value ? v >= score : v > score;
                total += BitOperations.PopCount(V.Bits(before) & (ulong.MaxValue >> (64 - count)));
                all &= V.Equal(v, v);
            }

            ordered = all;
            return total;
        }
    }
}
