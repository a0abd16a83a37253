using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>max(0, x): the rectified linear unit, exact; NaN for NaN. The same bits on every machine.</summary>
public static class Relu
{
    /// <summary>The function of each element.</summary>
    /// <param name="x">May be empty.</param>
    /// <param name="destination">As long as x; exactly x, or apart from it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Compute<ActivationFormulas.Relu, T>(default, x, destination);

    /// <summary>The gradient with respect to x: the output's gradient times the derivative, 1 for positive x, 0 else, at 0 too.</summary>
    /// <param name="x">What <see cref="Compute"/> was given.</param>
    /// <param name="outputGradient">The gradient with respect to the output, as long.</param>
    /// <param name="gradient">As long; exactly x or the output's gradient, or apart from both.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    public static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Backward<ActivationFormulas.Relu, T>(default, x, outputGradient, gradient);
}
