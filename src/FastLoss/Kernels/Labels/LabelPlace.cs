using System.Numerics;
using System.Runtime.CompilerServices;

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
        fixed (int* classes = labels)
        fixed (LabelPlace* found = places) Dispatch.Run<T, AllRows<T>, int>(new(row, columns, classes, found, places.Length));
    }

    private readonly unsafe struct AllRows<T>(T* scores, nint columns, int* labels, LabelPlace* places, int rows) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            for (int r = 0; r < rows; r++) places[r] = Of<V>(scores + (r * columns), columns, labels[r]);
            return 0;
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static LabelPlace Of<V>(T* row, nint n, int label)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            int above = 0, equal = 0;
            V score = V.Broadcast(row + label), ordered = V.Equal(score, score);
            for (nint i = 0; i < n; i += V.Count)
            {
                int count = (int)Math.Min(V.Count, n - i);
                V v = count == V.Count ? V.Load(row + i) : V.LoadFirst(row + i, count);
                ulong counted = ulong.MaxValue >> (64 - count);
                above += BitOperations.PopCount(V.Bits(v > score) & counted);
                equal += BitOperations.PopCount(V.Bits(V.Equal(v, score)) & counted);
                ordered &= V.Equal(v, v);
            }

            return V.Bits(ordered) == ulong.MaxValue >> (64 - V.Count) ? new(above, equal) : default;
        }
    }
}
