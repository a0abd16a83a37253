using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss;

/// <summary>ln(1 + e^(-t y)) of a score y against a target t of -1 or 1: the logistic loss. Derivative -t / (1 + e^(t y)).</summary>
/// <remarks>
/// Within 3 ULP at t of -1 or 1, also where the loss is tiny. A score infinite on the right side gives 0, on the wrong side +infinity;
/// NaN where y or t is.
/// </remarks>
public readonly struct SoftMargin<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) =>
        VectorMath.Softplus(-target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) =>
        -target * VectorMath.Sigmoid(-target * prediction);
}
