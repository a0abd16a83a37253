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

    /// <summary>The same of rows that count as many times as they are told to.</summary>
    public static BinaryRankingScores Of<T, TLabel>(ReadOnlySpan<T> scores, int first, int step, in CountedLabels<TLabel> labels, int positive)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        T[] keys = ArrayPool<T>.Shared.Rent(labels.Labels.Length);
        long[] votes = ArrayPool<long>.Shared.Rent(labels.Labels.Length);
        int n = 0;
        long positives = 0, negatives = 0;
        for (int i = 0; i < labels.Labels.Length; i++)
        {
            long times = labels.Times(i);
            if (times == 0) continue;
            bool isPositive = int.CreateTruncating(labels.Labels[i]) == positive;
            if (isPositive) positives += times;
            else negatives += times;
            keys[n] = scores[first + (i * step)];
            votes[n++] = isPositive ? times : -times;
        }

        keys.AsSpan(0, n).Sort(votes.AsSpan(0, n));
        BinaryRankingScores result = Areas(keys.AsSpan(0, n), votes.AsSpan(0, n), positives, negatives);
        ArrayPool<T>.Shared.Return(keys);
        ArrayPool<long>.Shared.Return(votes);
        return result;
    }

    private static BinaryRankingScores Areas<T>(ReadOnlySpan<T> keys, ReadOnlySpan<bool> kinds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long positives = kinds.Count(true), negatives = kinds.Length - positives;
        if (keys.Length > 0 && T.IsNaN(keys[0])) return new(double.NaN, double.NaN, positives, negatives);
        CurveSums sums = new(positives, negatives);
        for (int end = keys.Length, start; end > 0; end = start)
        {
            start = GroupStart(keys[..end]);
            long ofGroup = kinds[start..end].Count(true);
            sums.Step(ofGroup, end - start - ofGroup);
        }

        return sums.Result();
    }

    /// <summary>Of votes that are the number of times a positive row counts, and less than 0 for a negative one.</summary>
    private static BinaryRankingScores Areas<T>(ReadOnlySpan<T> keys, ReadOnlySpan<long> votes, long positives, long negatives)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (keys.Length > 0 && T.IsNaN(keys[0])) return new(double.NaN, double.NaN, positives, negatives);
        CurveSums sums = new(positives, negatives);
        for (int end = keys.Length, start; end > 0; end = start)
        {
            start = GroupStart(keys[..end]);
            long ofGroup = 0, others = 0;
            foreach (long vote in votes[start..end])
            {
                ofGroup += Math.Max(vote, 0);
                others += Math.Max(-vote, 0);
            }

            sums.Step(ofGroup, others);
        }

        return sums.Result();
    }

    /// <summary>Where the last keys begin that are equal.</summary>
    private static int GroupStart<T>(ReadOnlySpan<T> keys)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int start = keys.Length - 1;
        while (start > 0 && keys[start - 1] == keys[start]) start--;
        return start;
    }
}
