using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>|y - t|; the mean is the mean absolute error. Derivative: the sign of y - t, 0 where they are equal.</summary>
/// <remarks>Within 1 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct AbsoluteError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) => Vector512.Abs(prediction - target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) => Formula.Sign(prediction - target);
}
