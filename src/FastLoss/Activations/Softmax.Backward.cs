using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <content>The gradient.</content>
public static partial class Softmax
{
    /// <summary>
    /// The gradient with respect to the logits, a product of each row's Jacobian with the gradient g of its probabilities p:
    /// p_i (g_i - sum_j p_j g_j).
    /// </summary>
    /// <param name="probabilities">What <see cref="Compute{T}(ReadOnlySpan{T}, int, Span{T}, int, MaskedRows)"/> gave.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="outputGradient">The gradient with respect to the probabilities, as long.</param>
    /// <param name="gradient">As long; exactly one of the inputs, or apart from both.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ or are not whole rows, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1.</exception>
    public static void Backward<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<T> outputGradient, Span<T> gradient, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BackwardRows.Check(probabilities, classCount, outputGradient, gradient, threads);
        BackwardRows.Run<T, BackwardFormulas.Softmax>(probabilities, classCount, outputGradient, gradient, threads);
    }
}
