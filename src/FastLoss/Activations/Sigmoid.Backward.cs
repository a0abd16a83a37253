using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <content>The gradient.</content>
public static partial class Sigmoid
{
    /// <summary>The gradient with respect to x: the output's gradient times s (1 - s), to its digits where s rounds to 1.</summary>
    /// <param name="x">What <see cref="Compute"/> was given.</param>
    /// <param name="outputGradient">The gradient with respect to the output, as long.</param>
    /// <param name="gradient">As long; exactly x or the output's gradient, or apart from both.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    public static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Backward<ActivationFormulas.Sigmoid, T>(default, x, outputGradient, gradient);
}
