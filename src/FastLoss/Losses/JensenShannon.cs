using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A term of the Jensen-Shannon divergence of probabilities y and t, (y ln(y / m) + t ln(t / m)) / 2 with m = (y + t) / 2; the sum over a
/// row is its divergence, 0 to ln 2, so divide by rows (<see cref="ElementwiseOptions{T}.Denominator"/>). Derivative ln(y / m) / 2.
/// </summary>
/// <remarks>
/// Within 10 ULP also where y is near t and the two terms cancel: computed from d = (y - t) / (y + t) as
/// (y + t) / 4 (2 |d| ln(1 + |d|) + (1 - |d|) ln(1 - d^2)). Two zeros give 0, with derivative 0; y = 0 against t &gt; 0 has derivative
/// -infinity; NaN where y or t is negative, infinite or NaN.
/// </remarks>
public readonly struct JensenShannon<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> total = prediction + target;
        Vector512<T> d = Vector512.Abs(prediction - target) / total;
        Vector512<T> rising = (d + d) * VectorMath.Log1P(d);
        Vector512<T> falling = Formula.Weighted(VectorMath.Log1P(-(d * d)), one - d);
        Vector512<T> value = Formula.Weighted(rising + falling, total * VectorMath.Of<T>(0.25));
        return Formula.Within(value, Lanes.AtMost(prediction, target), Vector512<T>.Zero, total);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> total = prediction + target;
        Vector512<T> slope = VectorMath.Log1P((prediction - target) / total) * VectorMath.Of<T>(0.5);
        slope = Lanes.Select(Vector512.Equals(total, zero), zero, slope);
        return Formula.Within(slope, Lanes.AtMost(prediction, target), zero, total);
    }
}
