namespace FastLoss.Kernels;

/// <summary>The areas under the curves of two classes, summed over groups of equal scores from the largest down.</summary>
/// <param name="positives">All positive rows.</param>
/// <param name="negatives">All negative rows.</param>
internal struct CurveSums(long positives, long negatives)
{
    private Int128 _halfPairs;
    private double _precisions;
    private long _right, _wrong;

    /// <summary>The next group: each is one step, so the order of its rows does not matter.</summary>
    public void Step(long ofGroup, long others)
    {
        _halfPairs += ofGroup * ((2 * (Int128)(negatives - _wrong)) - others);
        _right += ofGroup;
        _wrong += others;
        _precisions += ofGroup * ((double)_right / (_right + _wrong));
    }

    public readonly BinaryRankingScores Result()
    {
        double pairs = 2.0 * positives * negatives;
        return new(pairs == 0 ? double.NaN : (double)_halfPairs / pairs, _precisions / positives, positives, negatives);
    }
}
