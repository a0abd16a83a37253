using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss;

/// <summary>e^(-t y) of a score y against a target t of -1 or 1: the loss AdaBoost descends. Derivative -t e^(-t y).</summary>
/// <remarks>
/// Within 1.5 ULP at t of -1 or 1. +infinity from t y = -89 (float) or -710 (double) down, as the exponential; NaN where y or t is.
/// </remarks>
public readonly struct ExponentialLoss<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) => VectorMath.Exp(-target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) =>
        -target * VectorMath.Exp(-target * prediction);
}
