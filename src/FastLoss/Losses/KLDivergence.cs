using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A term t (ln t - y) of the Kullback-Leibler divergence from log-probabilities y to probabilities t; the sum over a row is its
/// divergence, so divide by rows (<see cref="ElementwiseOptions{T}.Denominator"/>). Derivative -t.
/// With targets as log-probabilities: <see cref="KLDivergenceLogTarget{T}"/>.
/// </summary>
/// <remarks>
/// Within 2 ULP of the larger of t ln t and t y, which may cancel. A target of 0 gives 0 whatever y is, -infinity included; a positive
/// target at y = -infinity gives +infinity; NaN where t is negative, or y or t is NaN.
/// </remarks>
public readonly struct KLDivergence<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) =>
        Formula.Weighted(VectorMath.Log(target) - prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) => -target;
}
