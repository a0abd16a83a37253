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
/// It takes all rows at once; a <see cref="BinaryRankingTally"/> takes parts, adds to the same bits and writes the curves. Pairs are counted
/// exactly, and rows in any order give the same bits. Scores that hold a NaN have no order: both are NaN. A call borrows 5 to 16 bytes a row from
/// the array pool and allocates nothing.
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

    /// <summary>Of the rows that the options count, of one score each.</summary>
    /// <param name="scores">A score for each row: the larger, the more likely positive.</param>
    /// <param name="labels">1 for each positive row, 0 for each negative one, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">There are not as many labels, weights or entries of the mask as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label of a row that counts is neither 0 nor 1, or a weight is negative.</exception>
    public static BinaryRankingScores Evaluate<T, TLabel>(ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, in MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        Guard.SameLength(labels, scores);
        return BinaryCurve.Of(scores, 0, 1, Guard.Counted(labels, 2, options), 1);
    }

    /// <summary>Of one class against all others, of the rows that the options count.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="positive">The class whose rows are the positive ones, and whose scores count.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label of a row that counts, or positive, is not a class; a weight is negative, or classCount below 1.
    /// </exception>
    public static BinaryRankingScores Evaluate<T, TLabel>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, int positive, in MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Index(positive, classCount);
        return BinaryCurve.Of(scores, positive, classCount, Guard.Counted(labels, classCount, options), positive);
    }

    /// <summary>The means over all classes of each against all others (Hand and Till 2001 have it of pairs; this is one against the rest).</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label of a row that counts is not a class; a weight is negative, or classCount below 1.</exception>
    public static OneVsRestScores OneVsRest<T, TLabel>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, in MetricOptions options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        CountedLabels<TLabel> counted = Guard.Counted(labels, classCount, options);
        double area = 0, weightedArea = 0, precision = 0, weightedPrecision = 0, areaWeight = 0, precisionWeight = 0;
        int areas = 0, precisions = 0;
        for (int c = 0; c < classCount; c++)
        {
            BinaryRankingScores of = BinaryCurve.Of(scores, c, classCount, counted, c);
            if (of.Positives == 0) continue;
            precision += of.AveragePrecision;
            weightedPrecision += of.Positives * of.AveragePrecision;
            precisionWeight += of.Positives;
            precisions++;
            if (of.Negatives == 0) continue;
            area += of.AreaUnderRoc;
            weightedArea += of.Positives * of.AreaUnderRoc;
            areaWeight += of.Positives;
            areas++;
        }

        return new(area / areas, weightedArea / areaWeight, precision / precisions, weightedPrecision / precisionWeight, precisions);
    }
}

/// <summary>
/// What <see cref="BinaryRanking.OneVsRest"/> gives: means over the classes that have the number, those without a row, or of all rows, left out. NaN where
/// no class has it, and where a score is NaN of a class that has it.
/// </summary>
/// <param name="MacroAreaUnderRoc">The mean area under the ROC over the classes that have positive and negative rows, each counting once.</param>
/// <param name="WeightedAreaUnderRoc">The same, each class counting by its rows.</param>
/// <param name="MacroAveragePrecision">The mean average precision over the classes that have rows, each counting once.</param>
/// <param name="WeightedAveragePrecision">The same, each class counting by its rows.</param>
/// <param name="ClassCount">How many classes have rows.</param>
public readonly record struct OneVsRestScores(
    double MacroAreaUnderRoc, double WeightedAreaUnderRoc, double MacroAveragePrecision, double WeightedAveragePrecision, int ClassCount);

/// <summary>What <see cref="BinaryRanking"/> gives.</summary>
/// <param name="AreaUnderRoc">
/// The share of pairs of a positive and a negative row in which the positive has the larger score, of equal ones one half: 1 at best, one half for
/// chance; NaN where there is no pair.
/// </param>
/// <param name="AveragePrecision">The mean over positive rows of the precision at their score; NaN without positive rows.</param>
/// <param name="Positives">Positive rows.</param>
/// <param name="Negatives">Negative rows.</param>
public readonly record struct BinaryRankingScores(double AreaUnderRoc, double AveragePrecision, long Positives, long Negatives);
