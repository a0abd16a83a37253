using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>The logistic function 1 / (1 + e^-x), within 3 ULP also where it is tiny; NaN gives NaN.</summary>
public static partial class Sigmoid
{
    /// <summary>destination[i] = 1 / (1 + e^-x[i]).</summary>
    /// <param name="x">May be empty.</param>
    /// <param name="destination">As long as x; exactly x, or apart from it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Activation.Compute<ActivationFormulas.Sigmoid, T>(default, x, destination);
}
