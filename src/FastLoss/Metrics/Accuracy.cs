using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>How many rows a classifier gets right: those whose largest score stands at the label.</summary>
/// <remarks>
/// Scores may be logits or probabilities: the largest is the same. Of equal largest scores the lowest class counts, unless
/// <see cref="Ties"/> say otherwise. A row with a NaN score has no largest one: its prediction is -1, and it is counted as wrong. Exact; no
/// call allocates.
/// </remarks>
public static class Accuracy
{
    /// <summary>Counts the rows whose largest score stands at their label.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="ties">Where the label stands among scores equal to its own.</param>
    /// <returns>Correct and all rows; <see cref="AccuracyTally.Value"/> is their quotient.</returns>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, classCount is below 1, or ties is none of its values.</exception>
    public static AccuracyTally Evaluate<T>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels, Ties ties = Ties.ByClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Labels(labels, classCount);
        Guard.Known(ties);
        return ties == Ties.ByClass
            ? new(ArgMax.CountAt(scores, classCount, labels), labels.Length)
            : AccuracyTally.OfShares(PlacedRows.SharesUpTo(scores, classCount, labels, 1, ties), labels.Length);
    }

    /// <summary>Counts the rows whose largest score stands at their label, of those that the options count.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <param name="ties">Where the label stands among scores equal to its own.</param>
    /// <returns>Correct and all rows that count; <see cref="AccuracyTally.Value"/> is their quotient.</returns>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label of a row that counts is not a class, a weight is negative, classCount is below 1, or ties is none of its values.
    /// </exception>
    public static AccuracyTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, in MetricOptions options, Ties ties = Ties.ByClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> => TopKAccuracy.Evaluate(scores, classCount, labels, 1, options, ties);

    /// <summary>The class of the largest score of each row, -1 where a score is NaN.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="predictions">Receives a class for each row; apart from the scores.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as predictions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">classCount is below 1.</exception>
    public static void Predict<T>(ReadOnlySpan<T> scores, int classCount, Span<int> predictions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length<int>(predictions, rows, "a prediction for each row of the scores");
        Guard.Writes(predictions).Apart(scores);
        ArgMax.Rows(scores, classCount, predictions);
    }
}

/// <summary>Rows classified right, of all. Tallies add, so the parts of a data set make the accuracy of the whole.</summary>
/// <remarks>
/// Shares of rows (<see cref="Ties.Expected"/>) are kept in whole units of 2^-63, within 1e-18 of each: tallies add exactly, in any order
/// and split.
/// </remarks>
public readonly record struct AccuracyTally
{
    private readonly UInt128 _correct;

    /// <param name="correct">Rows whose prediction is their label, 0 or more.</param>
    /// <param name="count">All rows, as many or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer rows than correct ones, or fewer of these than 0.</exception>
    public AccuracyTally(long correct, long count)
    {
        if (correct < 0) Throw.BelowMinimum(nameof(correct), correct, 0);
        if (count < correct) Throw.BelowMinimum(nameof(count), count, correct);
        _correct = (UInt128)correct * LabelPlace.One;
        Count = count;
    }

    private AccuracyTally(UInt128 correct, long count)
    {
        _correct = correct;
        Count = count;
    }

    /// <summary>Rows whose prediction is their label: a whole number, unless ties are shared.</summary>
    public double Correct => (double)_correct / LabelPlace.One;

    /// <summary>All rows.</summary>
    public long Count { get; }

    /// <summary><see cref="Correct"/> / <see cref="Count"/>; NaN when nothing was counted.</summary>
    public double Value => Correct / Count;

    /// <summary>The tally of both parts together.</summary>
    public static AccuracyTally operator +(AccuracyTally left, AccuracyTally right) => left.Add(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public AccuracyTally Add(AccuracyTally other) => new(_correct + other._correct, Count + other.Count);

    /// <summary>Of rows right by shares, in units of 2^-63.</summary>
    internal static AccuracyTally OfShares(UInt128 correct, long count) => new(correct, count);
}
