using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// How well scores tell positive rows from negative ones, at all thresholds: the area under the receiver operating characteristic (Hanley and
/// McNeil 1982) and average precision.
/// </summary>
/// <remarks>
/// Equal scores have no order: such a pair counts one half for the area, and average precision takes them as one step, as scikit-learn does.
/// The scores are sorted, so parts of a data set do not add: it takes them whole. Pairs are counted exactly, and rows in any order
/// give the same bits. Scores that hold a NaN have no order: both are NaN. A call borrows 5 to 9 bytes a row from the array pool and allocates
/// nothing.
/// </remarks>
public static class BinaryRanking
{
    /// <summary>Of one score a row.</summary>
    /// <param name="scores">A score for each row, a logit, a probability or any other: the larger, the more likely positive.</param>
    /// <param name="labels">1 for each positive row, 0 for each negative one.</param>
    /// <exception cref="ArgumentException">There are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither 0 nor 1.</exception>
    public static BinaryRankingScores Evaluate<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(labels, scores);
        Guard.Labels(labels, 2);
        return BinaryCurve.Of(scores, 0, 1, labels, 1);
    }

    /// <summary>Of one class against all others: its rows are the positive ones, its scores those that count.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="positive">The class.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label, or positive, is not a class, or classCount is below 1.</exception>
    public static BinaryRankingScores Evaluate<T>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels, int positive)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Labels(labels, classCount);
        Guard.Index(positive, classCount);
        return BinaryCurve.Of(scores, positive, classCount, labels, positive);
    }
}

/// <summary>What <see cref="BinaryRanking"/> gives.</summary>
/// <param name="AreaUnderRoc">
/// The share of pairs of a positive and a negative row in which the positive has the larger score, of equal ones one half: 1 at best, one half for
/// chance; NaN where there is no pair.
/// </param>
/// <param name="AveragePrecision">The mean over positive rows of the precision at their score; NaN without positive rows.</param>
/// <param name="Positives">Positive rows.</param>
/// <param name="Negatives">Negative rows.</param>
public readonly record struct BinaryRankingScores(double AreaUnderRoc, double AveragePrecision, long Positives, long Negatives);
