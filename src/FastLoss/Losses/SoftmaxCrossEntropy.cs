using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Cross-entropy of the softmax of logits, fused: for a row x with label y the loss is ln(sum_c e^x_c) - x_y, its
/// gradient softmax(x)_c - [c = y]. Stable for every finite input, and accurate where the row is confident: the loss is
/// computed as ln(1 + sum_(c != y) e^(x_c - x_y)), relative error below 1e-6 (float) and 1e-14 (double), so float logits
/// [20, 0, 0] with label 0 give 4.1223072e-9.
/// </summary>
/// <remarks>
/// A logit of -infinity is a mask: its probability is 0 and it adds nothing. A label whose logit is -infinity makes
/// the loss +infinity and the gradient stays finite. A row of only -infinity, or with +infinity or NaN, gives NaN for that row and
/// never for a neighbour. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static partial class SoftmaxCrossEntropy
{
    /// <summary>The losses of all rows of a batch.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <returns>The sum over rows, and their number as weight: <see cref="LossTally.Mean"/> is the mini-batch mean, NaN for no rows.</returns>
    /// <exception cref="ArgumentException">The logits are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class; <paramref name="classCount"/> is less than 1.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Check(logits, classCount, labels);
        return new(CrossEntropyRows.Run<T, No>(logits, classCount, labels, default, 1, default, threads), labels.Length);
    }

    /// <summary>The losses of all rows, and the gradient of their mean with respect to the logits, in one call.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="gradient">
    /// Receives (softmax(x)_c - [c = y]) / N for N rows; as long as the logits, and either exactly them or apart from them.
    /// Elements below 2e-38 (3.4e-308 in double) may be 0: none is subnormal.
    /// </param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The logits are not whole rows, or not as many rows as labels; the gradient's length differs, or it overlaps the logits in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class; <paramref name="classCount"/> is less than 1.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels, Span<T> gradient, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Check(logits, classCount, labels);
        Guard.SameLength<T, T>(gradient, logits);
        Guard.Writes(gradient).Over(logits).Apart(labels);
        ExactSum sum = CrossEntropyRows.Run<T, Yes>(logits, classCount, labels, gradient, 1.0 / labels.Length, default, threads);
        return new(sum, labels.Length);
    }

    /// <summary>The gradient of the mean of the rows' losses alone; see <see cref="EvaluateWithGradient{T}"/>.</summary>
    public static void Gradient<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels, Span<T> gradient, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(logits, classCount, labels, gradient, threads);

    /// <summary>The loss of each row.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="losses">Receives a loss for each row; apart from the logits.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <returns>As <see cref="Evaluate{T}"/>.</returns>
    public static LossTally PerRow<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels, Span<T> losses, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Check(logits, classCount, labels);
        Guard.SameLength<T, int>(losses, labels);
        Guard.Writes(losses).Apart(logits).Apart(labels);
        return new(CrossEntropyRows.Run<T, No>(logits, classCount, labels, default, 1, losses, threads), labels.Length);
    }

    private static void Check<T>(ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged
    {
        Guard.Float<T>();
        CheckRows(logits, classCount, labels);
    }
}
