using System.Buffers;
using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Scores of two classes in order, in groups of equal ones: what areas under their curves are summed from.</summary>
internal static class BinaryCurve
{
    /// <summary>Of the scores that stand <paramref name="step"/> elements apart; a row is positive where its label is <paramref name="positive"/>.</summary>
    public static BinaryRankingScores Of<T>(ReadOnlySpan<T> scores, int first, int step, ReadOnlySpan<int> labels, int positive)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = labels.Length;
        T[] keys = ArrayPool<T>.Shared.Rent(n);
        bool[] kinds = ArrayPool<bool>.Shared.Rent(n);
        for (int i = 0; i < n; i++)
        {
            keys[i] = scores[first + (i * step)];
            kinds[i] = labels[i] == positive;
        }

        keys.AsSpan(0, n).Sort(kinds.AsSpan(0, n));
        BinaryRankingScores result = Areas(keys.AsSpan(0, n), kinds.AsSpan(0, n));
        ArrayPool<T>.Shared.Return(keys);
        ArrayPool<bool>.Shared.Return(kinds);
        return result;
    }

    /// <summary>From the largest down: each group of equal scores is one step, so their order among themselves does not matter.</summary>
    private static BinaryRankingScores Areas<T>(ReadOnlySpan<T> keys, ReadOnlySpan<bool> kinds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long positives = kinds.Count(true), negatives = kinds.Length - positives, right = 0, wrong = 0, halfPairs = 0;
        if (keys.Length > 0 && T.IsNaN(keys[0])) return new(double.NaN, double.NaN, positives, negatives);
        double precisions = 0;
        for (int end = keys.Length; end > 0;)
        {
            int start = end - 1;
            while (start > 0 && keys[start - 1] == keys[start]) start--;
            long ofGroup = kinds[start..end].Count(true), others = end - start - ofGroup;
            halfPairs += ofGroup * ((2 * (negatives - wrong)) - others);
            right += ofGroup;
            wrong += others;
            precisions += ofGroup * ((double)right / (right + wrong));
            end = start;
        }

        double pairs = 2.0 * positives * negatives;
        return new(pairs == 0 ? double.NaN : halfPairs / pairs, precisions / positives, positives, negatives);
    }
}
