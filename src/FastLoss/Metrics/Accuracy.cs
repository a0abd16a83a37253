using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>How many rows a classifier gets right: those whose largest score stands at the label.</summary>
/// <remarks>
/// Scores may be logits or probabilities: the largest is the same. Of equal largest scores the lowest class counts. A row with a
/// NaN score has no largest one: its prediction is -1, and it is counted as wrong.
/// </remarks>
public static class Accuracy
{
    /// <summary>Counts the rows whose largest score stands at their label.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <returns>Correct and all rows; <see cref="AccuracyTally.Value"/> is their quotient.</returns>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, or classCount is below 1.</exception>
    public static AccuracyTally Evaluate<T>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Labels(labels, classCount);
        return new(ArgMax.CountAt(scores, classCount, labels), labels.Length);
    }

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
/// <param name="Correct">Rows whose prediction is their label.</param>
/// <param name="Count">All rows.</param>
public readonly record struct AccuracyTally(long Correct, long Count)
{
    /// <summary><see cref="Correct"/> / <see cref="Count"/>; NaN when nothing was counted.</summary>
    public double Value => (double)Correct / Count;

    /// <summary>The tally of both parts together.</summary>
    public static AccuracyTally operator +(AccuracyTally left, AccuracyTally right) => left.Add(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public AccuracyTally Add(AccuracyTally other) => new(Correct + other.Correct, Count + other.Count);
}
