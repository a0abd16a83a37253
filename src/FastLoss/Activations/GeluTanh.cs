using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The tanh form of the Gaussian error linear unit (Hendrycks and Gimpel 2016), x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2,
/// for models trained with it, such as GPT-2: approximate="tanh" in PyTorch, approximate=True in Keras. <see cref="Gelu"/> is exact.
/// </summary>
/// <remarks>
/// Within 1e-3 of <see cref="Gelu"/>, and 6 + 3 |u| ULP of its own formula, its derivative 8 + 3 |u| ULP of the larger of its terms, u the argument of tanh; -0 or 0 at -infinity, NaN for NaN. The
/// same bits on every machine.
/// </remarks>
public static class GeluTanh
{
    /// <summary>The function of each element.</summary>
    /// <param name="x">May be empty.</param>
    /// <param name="destination">As long as x; exactly x, or apart from it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Compute<ActivationFormulas.GeluTanh, T>(default, x, destination);

    /// <summary>The gradient with respect to x: the output's gradient times the derivative, its own derivative, not that of <see cref="Gelu"/>.</summary>
    /// <param name="x">What <see cref="Compute"/> was given.</param>
    /// <param name="outputGradient">The gradient with respect to the output, as long.</param>
    /// <param name="gradient">As long; exactly x or the output's gradient, or apart from both.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    public static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Backward<ActivationFormulas.GeluTanh, T>(default, x, outputGradient, gradient);
}
