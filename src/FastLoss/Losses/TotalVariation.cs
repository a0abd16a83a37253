using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// |y - t| / 2, a term of the total variation distance of probabilities y and t; the sum over a row is its distance, 0 to 1, so
/// divide by rows (<see cref="ElementwiseOptions{T}.Denominator"/>). Derivative: half the sign of y - t, 0 where they are equal.
/// </summary>
/// <remarks>Within 1 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct TotalVariation<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) =>
        Vector512.Abs(prediction - target) * VectorMath.Of<T>(0.5);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) =>
        Formula.Sign(prediction - target) * VectorMath.Of<T>(0.5);
}
