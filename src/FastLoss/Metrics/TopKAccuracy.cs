using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>How many rows have their label among the k largest scores.</summary>
/// <remarks>
/// Of equal scores the lower class stands first, unless <see cref="Ties"/> say otherwise: so exactly k classes are among the first k, and
/// k = 1 is <see cref="Accuracy"/>. A row with a NaN score has no order, and is counted as wrong whatever k is. Exact; no call allocates.
/// </remarks>
public static class TopKAccuracy
{
    /// <summary>Counts the rows whose label is among the k largest scores.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> logits or probabilities.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="k">1 to <paramref name="classCount"/>.</param>
    /// <param name="ties">Where the label stands among scores equal to its own.</param>
    /// <returns>Right and all rows; <see cref="AccuracyTally.Value"/> is their quotient, and tallies add.</returns>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, classCount is below 1, or k or ties outside its range.</exception>
    public static AccuracyTally Evaluate<T>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels, int k, Ties ties = Ties.ByClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Labels(labels, classCount);
        if (k < 1 || k > classCount) Throw.OutOfRange(nameof(k), k, $"1 to the number of classes, {classCount}");
        Guard.Known(ties);
        return ties == Ties.ByClass
            ? new(Ranks.CountUpTo(scores, classCount, labels, k), rows)
            : AccuracyTally.OfShares(PlacedRows.SharesUpTo(scores, classCount, labels, k, ties), rows);
    }

    /// <summary>Counts the rows whose label is among the k largest scores, of those that the options count.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> logits or probabilities.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="k">1 to <paramref name="classCount"/>.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <param name="ties">Where the label stands among scores equal to its own.</param>
    /// <returns>Right and all rows that count; <see cref="AccuracyTally.Value"/> is their quotient, and tallies add.</returns>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label of a row that counts is not a class, a weight is negative, classCount is below 1, or k or ties outside its range.
    /// </exception>
    public static AccuracyTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, int k, in MetricOptions options, Ties ties = Ties.ByClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        CountedLabels<TLabel> counted = Guard.Counted(labels, classCount, options);
        if (k < 1 || k > classCount) Throw.OutOfRange(nameof(k), k, $"1 to the number of classes, {classCount}");
        Guard.Known(ties);
        return PlacedRows.RightUpTo(scores, classCount, counted, k, ties);
    }
}
