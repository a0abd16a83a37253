using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

public static partial class Softmax
{
    /// <summary>
    /// The probabilities of every row of <paramref name="classCount"/> half-precision logits, computed and written in float: the bits
    /// of widening the logits first.
    /// </summary>
    /// <param name="logits">Rows of logits, row-major.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="probabilities">Receives as many probabilities; apart from the logits.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1.</exception>
    public static void Compute(ReadOnlySpan<Half> logits, int classCount, Span<float> probabilities)
    {
        Guard.Rows(logits, classCount);
        Guard.SameLength<float, Half>(probabilities, logits);
        Guard.Writes(probabilities).Apart(logits);
        WidenedRows.Softmax(logits, classCount, probabilities);
    }
}

public static partial class LogSoftmax
{
    /// <inheritdoc cref="Softmax.Compute(ReadOnlySpan{Half}, int, Span{float})"/>
    /// <param name="logits">Rows of logits, row-major.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="logProbabilities">Receives as many log-probabilities; apart from the logits.</param>
    public static void Compute(ReadOnlySpan<Half> logits, int classCount, Span<float> logProbabilities)
    {
        Guard.Rows(logits, classCount);
        Guard.SameLength<float, Half>(logProbabilities, logits);
        Guard.Writes(logProbabilities).Apart(logits);
        WidenedRows.LogSoftmax(logits, classCount, logProbabilities);
    }
}

public static partial class LogSumExp
{
    /// <summary>The log-sum-exp of every row of <paramref name="classCount"/> half-precision elements, computed and written in float.</summary>
    /// <param name="logits">Rows of logits, row-major.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="destination">Receives one number for each row; apart from the logits.</param>
    /// <exception cref="ArgumentException">The logits are not whole rows, the destination is not as long as there are rows, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1.</exception>
    public static void Compute(ReadOnlySpan<Half> logits, int classCount, Span<float> destination)
    {
        int rows = Guard.Rows(logits, classCount);
        Guard.Length<float>(destination, rows, "one number for each row");
        Guard.Writes(destination).Apart(logits);
        WidenedRows.LogSumExp(logits, classCount, destination);
    }
}
