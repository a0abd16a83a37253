using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// softmax(x)_i = e^x_i / sum_j e^x_j: logits to probabilities. Stable for every finite input; the largest relative error
/// is below 1e-6 (float) and 1e-14 (double) at any length.
/// </summary>
/// <remarks>
/// A logit of -infinity is a mask: its probability is 0. A row of only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for),
/// or with +infinity or NaN, becomes NaN, never its neighbours. Probabilities below 2e-38 (3.4e-308 in double) may be 0: no result is subnormal. No call allocates. The same
/// input gives the same bits on every machine, in place or not.
/// </remarks>
public static partial class Softmax
{
    /// <summary>The probabilities of one row of logits.</summary>
    /// <param name="logits">x; may be empty.</param>
    /// <param name="probabilities">Receives as many probabilities; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or probabilities of 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<T>(
        ReadOnlySpan<T> logits, Span<T> probabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Guard.Float<T>();
        Guard.SameLength<T, T>(probabilities, logits);
        Guard.Writes(probabilities).Over(logits);
        if (!logits.IsEmpty) Run(logits, logits.Length, probabilities, threads, maskedRows);
    }

    /// <summary>The probabilities of every row of <paramref name="classCount"/> logits; rows do not influence each other.</summary>
    /// <param name="logits">Rows of logits, row-major.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="probabilities">Receives as many probabilities; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or probabilities of 0.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows, or the spans overlap in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1, or maskedRows none of its values.</exception>
    public static void Compute<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> probabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Guard.Float<T>();
        Guard.Rows(logits, classCount);
        Guard.SameLength<T, T>(probabilities, logits);
        Guard.Writes(probabilities).Over(logits);
        Run(logits, classCount, probabilities, threads, maskedRows);
    }

    private static void Run<T>(ReadOnlySpan<T> logits, int classCount, Span<T> probabilities, int threads, MaskedRows maskedRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (maskedRows == MaskedRows.NaN)
        {
            SoftmaxRows.Softmax(logits, classCount, probabilities, threads);
            return;
        }

        using MaskedRowList list = MaskedRowList.Of(logits, classCount, maskedRows);
        SoftmaxRows.Softmax(logits, classCount, probabilities, threads);
        list.Fill(probabilities, classCount, T.Zero);
    }
}
