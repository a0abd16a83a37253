using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>2 (ln(y / t) + t / y - 1) of targets t &gt; 0 against means y &gt; 0. Derivative 2 (y - t) / y^2.</summary>
/// <remarks>
/// Within 15 ULP also where y is near t and the three terms cancel: computed as 2 (r - ln(1 + r)), r = (t - y) / y. +infinity where one of
/// y and t is 0, t / y overflows or underflows, or t is infinite; NaN where both are 0, y is infinite, or one is negative or NaN.
/// </remarks>
public readonly struct GammaDeviance<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> value = VectorMath.Of<T>(-2) * VectorMath.Log1PMinus((target - prediction) / prediction, target / prediction);
        return Formula.Within(value, Lanes.AtMost(prediction, target), zero, Vector512.Create(T.PositiveInfinity));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> slope = VectorMath.Of<T>(2) * ((prediction - target) / prediction) / prediction;
        return Formula.Within(slope, Lanes.AtMost(prediction, target), Vector512<T>.Zero, Vector512.Create(T.PositiveInfinity));
    }
}
