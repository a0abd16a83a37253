using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// log softmax(x)_i = x_i - ln(sum_j e^x_j): logits to log-probabilities. Stable for every finite input; within 2 ULP (float: one
/// more for every 20 of the logits' size; double: 4 ULP) plus the rounding of x_i - max x. The largest element's log-probability keeps its digits when the row is confident: float
/// logits [20, 0, 0] give -4.1223072e-9 for the first, not 0.
/// </summary>
/// <remarks>
/// A logit of -infinity gives -infinity. A row of only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for), or with
/// +infinity or NaN, becomes NaN, never its neighbours. No call allocates. The same input gives the same bits on every machine, in place or not.
/// </remarks>
public static partial class LogSoftmax
{
    /// <summary>The log-probabilities of one row of logits.</summary>
    /// <param name="logits">x; may be empty.</param>
    /// <param name="logProbabilities">Receives as many; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or log-probabilities of -infinity.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<T>(
        ReadOnlySpan<T> logits, Span<T> logProbabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        if (logits.IsEmpty && logProbabilities.IsEmpty) return;
        Guard.SameLength<T, T>(logProbabilities, logits);
        Compute(logits, logits.Length, logProbabilities, threads, maskedRows);
    }

    /// <summary>The log-probabilities of every row of <paramref name="classCount"/> logits.</summary>
    /// <param name="logits">Rows of logits, row-major.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="logProbabilities">Receives as many; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or log-probabilities of -infinity.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows, or the spans overlap in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1, or maskedRows none of its values.</exception>
    public static void Compute<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> logProbabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Guard.Float<T>();
        Guard.Rows(logits, classCount);
        Guard.SameLength<T, T>(logProbabilities, logits);
        Guard.Writes(logProbabilities).Over(logits);
        if (maskedRows == MaskedRows.NaN)
        {
            SoftmaxRows.LogSoftmax(logits, classCount, logProbabilities, threads);
            return;
        }

        using MaskedRowList list = MaskedRowList.Of(logits, classCount, maskedRows);
        SoftmaxRows.LogSoftmax(logits, classCount, logProbabilities, threads);
        list.Fill(logProbabilities, classCount, T.NegativeInfinity);
    }
}
