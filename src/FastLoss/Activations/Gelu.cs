using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The Gaussian error linear unit (Hendrycks and Gimpel 2016), x Phi(x) = x (1 + erf(x / sqrt(2))) / 2: the default of PyTorch and
/// Keras. <see cref="GeluTanh"/> is the approximation.
/// </summary>
/// <remarks>
/// Within 5 ULP (float) or 8 ULP (double) at every x, the negative tail too, where 1 + erf has no digits: x = -10 gives
/// -7.6e-23, and no x gives 0 before it underflows (-14 in float, -38 in double). 0 at -infinity, NaN for NaN. The same bits on every
/// machine.
/// </remarks>
public static class Gelu
{
    /// <summary>The function of each element.</summary>
    /// <param name="x">May be empty.</param>
    /// <param name="destination">As long as x; exactly x, or apart from it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Compute<ActivationFormulas.Gelu, T>(default, x, destination);

    /// <summary>
    /// The gradient with respect to x: the output's gradient times the derivative, Phi(x) + x phi(x), within 5 ULP (float) or 8 ULP
    /// (double) of the larger of its terms.
    /// </summary>
    /// <param name="x">What <see cref="Compute"/> was given.</param>
    /// <param name="outputGradient">The gradient with respect to the output, as long.</param>
    /// <param name="gradient">As long; exactly x or the output's gradient, or apart from both.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    public static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Backward<ActivationFormulas.Gelu, T>(default, x, outputGradient, gradient);
}
