using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <content>The gradient.</content>
public static partial class LogSoftmax
{
    /// <summary>
    /// The gradient with respect to the logits, a product of each row's Jacobian with the gradient g of its log-probabilities l:
    /// g_i - e^l_i sum_j g_j.
    /// </summary>
    /// <param name="logProbabilities">What <see cref="Compute{T}(ReadOnlySpan{T}, int, Span{T}, int, MaskedRows)"/> gave.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="outputGradient">The gradient with respect to the log-probabilities, as long.</param>
    /// <param name="gradient">As long; exactly one of the inputs, or apart from both.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1.</exception>
    public static void Backward<T>(
        ReadOnlySpan<T> logProbabilities, int classCount, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BackwardRows.Check(logProbabilities, classCount, outputGradient, gradient);
        BackwardRows.LogSoftmax(logProbabilities, classCount, outputGradient, gradient);
    }
}
