using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// (ln(1 + y) - ln(1 + t))^2: the squared error of logarithms, for targets of many magnitudes.
/// Derivative 2 (ln(1 + y) - ln(1 + t)) / (1 + y).
/// </summary>
/// <remarks>
/// Within 10 ULP also where y is near t and the two logarithms cancel: computed as ln(1 + |y - t| / (1 + min(y, t)))^2.
/// +infinity where one of y and t is -1 or +infinity; NaN where one is below -1 or NaN, or both are -1 or +infinity.
/// </remarks>
public readonly struct SquaredLogarithmicError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> ratio = LogRatio(prediction, target);
        return ratio * ratio;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> ratio = LogRatio(prediction, target) * Formula.Sign(prediction - target);
        return (ratio + ratio) / (Vector512<T>.One + prediction);
    }

    /// <summary>|ln((1 + y) / (1 + t))|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogRatio(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> least = Lanes.AtMost(prediction, target);
        Vector512<T> distance = Vector512.Abs(prediction - target);
        Vector512<T> q = distance / (one + least);

        // Of a huge y and a t near -1 the quotient overflows, and its logarithm does not.
        Vector512<T> overflows = Vector512.Equals(q, Vector512.Create(T.PositiveInfinity));
        Vector512<T> scaled = (distance * VectorMath.Of<T>(1.0 / (1L << 62))) / (one + least);
        Vector512<T> shift = overflows & VectorMath.Of<T>(62 * 0.693147180559945309);
        Vector512<T> ratio = VectorMath.Log1P(Lanes.Select(overflows, scaled, q)) + shift;
        return Lanes.Select(Vector512.GreaterThanOrEqual(least, -one), ratio, Vector512.Create(T.NaN));
    }
}
