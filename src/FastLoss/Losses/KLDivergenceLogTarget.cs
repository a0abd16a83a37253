using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A term e^t (t - y) of the Kullback-Leibler divergence from log-probabilities y to log-probabilities t; the sum over a row is
/// its divergence, so divide by rows (<see cref="ElementwiseOptions{T}.Denominator"/>). Derivative -e^t.
/// </summary>
/// <remarks>
/// Within 3 ULP. A target of -infinity gives 0 whatever y is, -infinity included; any whose e^t is above 0 gives
/// +infinity there; NaN where y or t is.
/// </remarks>
public readonly struct KLDivergenceLogTarget<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) =>
        Formula.Weighted(target - prediction, VectorMath.Exp(target));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) => -VectorMath.Exp(target);
}
