using System.Buffers;
using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Ranks of samples in ascending order, equal ones the mean of theirs, doubled so that they are whole; sums of them are exact.</summary>
internal static class SampleRanks
{
    /// <summary>Sets twice the rank of each; false where one is NaN, and there is no order.</summary>
    public static bool Set<T>(ReadOnlySpan<T> samples, Span<uint> ranks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = samples.Length;
        T[] keys = ArrayPool<T>.Shared.Rent(n);
        int[] places = ArrayPool<int>.Shared.Rent(n);
        samples.CopyTo(keys);
        for (int i = 0; i < n; i++) places[i] = i;
        keys.AsSpan(0, n).Sort(places.AsSpan(0, n));
        bool hasOrder = n == 0 || !T.IsNaN(keys[0]);
        for (int start = 0, end; start < n; start = end)
        {
            for (end = start + 1; end < n && keys[end] == keys[start]; end++)
            {
            }

            for (int i = start; i < end; i++) ranks[places[i]] = (uint)start + 1 + (uint)end;
        }

        ArrayPool<T>.Shared.Return(keys);
        ArrayPool<int>.Shared.Return(places);
        return hasOrder;
    }

    /// <summary>Pearson's correlation of ranks; NaN where all are equal.</summary>
    public static double Correlation(ReadOnlySpan<uint> x, ReadOnlySpan<uint> y)
    {
        Int128 xx = 0, yy = 0, xy = 0, n = x.Length;
        for (int i = 0; i < x.Length; i++)
        {
            xx += (Int128)((ulong)x[i] * x[i]);
            yy += (Int128)((ulong)y[i] * y[i]);
            xy += (Int128)((ulong)x[i] * y[i]);
        }

        Int128 square = n * (n + 1) * (n + 1); // the square of their sum, n (n + 1) with ties as without, over n
        Int128 ofX = xx - square, ofY = yy - square;
        return ofX == 0 || ofY == 0 ? double.NaN : (double)(xy - square) / Math.Sqrt((double)ofX * (double)ofY);
    }

    /// <summary>Kendall's tau-b of ranks: pairs in the same order less those in the other, over the roots of those that are not tied.</summary>
    public static double Concordance(ReadOnlySpan<uint> x, ReadOnlySpan<uint> y)
    {
        int n = x.Length;
        ulong[] keys = ArrayPool<ulong>.Shared.Rent(n);
        uint[] inOrder = ArrayPool<uint>.Shared.Rent(n), spare = ArrayPool<uint>.Shared.Rent(n);
        for (int i = 0; i < n; i++) keys[i] = ((ulong)x[i] << 32) | y[i];
        Span<ulong> sorted = keys.AsSpan(0, n);
        sorted.Sort();
        for (int i = 0; i < n; i++) inOrder[i] = (uint)keys[i];
        long tiedX = Tied(sorted, 32), tiedBoth = Tied(sorted, 0);
        long swaps = Inversions(inOrder.AsSpan(0, n), spare.AsSpan(0, n));
        for (int i = 0; i < n; i++) keys[i] = inOrder[i];
        long tiedY = Tied(sorted, 0), pairs = (long)n * (n - 1) / 2;
        ArrayPool<ulong>.Shared.Return(keys);
        ArrayPool<uint>.Shared.Return(inOrder);
        ArrayPool<uint>.Shared.Return(spare);
        long ofX = pairs - tiedX, ofY = pairs - tiedY;
        if (ofX == 0 || ofY == 0) return double.NaN;
        return (pairs - tiedX - tiedY + tiedBoth - (2 * swaps)) / Math.Sqrt((double)ofX * ofY);
    }

    /// <summary>Pairs of sorted keys that are equal above the lowest bits.</summary>
    private static long Tied(ReadOnlySpan<ulong> sorted, int bits)
    {
        long pairs = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] >> bits == sorted[start] >> bits; end++)
            {
            }

            pairs += (long)(end - start) * (end - start - 1) / 2;
        }

        return pairs;
    }

    /// <summary>Sorts by merging, and counts the pairs that were in descending order (Knight 1966).</summary>
    private static long Inversions(Span<uint> values, Span<uint> spare)
    {
        if (values.Length < 2) return 0;
        int middle = values.Length / 2, left = 0, right = middle, to = 0;
        long count = Inversions(values[..middle], spare[..middle]) + Inversions(values[middle..], spare[middle..]);
        while (left < middle && right < values.Length)
        {
            bool isRight = values[right] < values[left];
            if (isRight) count += middle - left;
            spare[to++] = isRight ? values[right++] : values[left++];
        }

        values[left..middle].CopyTo(spare[to..]);
        values[right..].CopyTo(spare[(to + middle - left)..]);
        spare.CopyTo(values);
        return count;
    }
}
