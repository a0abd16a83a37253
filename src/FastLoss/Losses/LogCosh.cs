using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>ln cosh(y - t): about e^2 / 2 near 0 and |e| - ln 2 far off. Derivative tanh(y - t).</summary>
/// <remarks>
/// Within 8 ULP also where e is small and |e| + ln(1 + e^-2|e|) - ln 2 has no digit left: computed as
/// ln(1 + (e^|e| - 1)^2 / (2 e^|e|)). NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct LogCosh<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        // From 20 on, ln(1 + e^-2|e|) is below half an ULP of |e| - ln 2.
        Vector512<T> error = Vector512.Abs(prediction - target);
        Vector512<T> limit = VectorMath.Of<T>(20);
        Vector512<T> m = VectorMath.ExpM1(Lanes.AtMost(limit, error));
        Vector512<T> near = VectorMath.Log1P(m * (m / (m + m + VectorMath.Of<T>(2))));
        return Lanes.Select(Vector512.GreaterThan(error, limit), error - VectorMath.Of<T>(0.693147180559945309), near);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) =>
        VectorMath.Tanh(prediction - target);
}
