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
/// Within 8 ULP also where y is near t and the two terms cancel: computed from d = (y - t) / (y + t) as
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
        Vector512<T> total = prediction + target;
        Vector512<T> d = Vector512.Abs(prediction - target) / total;
        Vector512<T> rising = (d + d) * VectorMath.Log1P(d);
        Vector512<T> rest = Lanes.AtMost(prediction, target) * VectorMath.Of<T>(2) / total; // 1 - d, with its digits near d = 1

        // A d of 1 less a hair has ln(1 - d^2) at -17 (-37): its factor is 0 to all digits, and -infinity would not be.
        Vector512<T> square = Lanes.AtMost(VectorMath.Of<T>(typeof(T) == typeof(float) ? 1 - 5.9604644775390625e-08 : 1 - 1.1102230246251565e-16), d * d);
        Vector512<T> falling = Formula.Weighted(VectorMath.Log1P(-square), rest);
        Vector512<T> value = Formula.Weighted(rising + falling, total * VectorMath.Of<T>(0.25));
        return Formula.Within(value, Lanes.AtMost(prediction, target), Vector512<T>.Zero, total);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> total = prediction + target;
        Vector512<T> half = VectorMath.Of<T>(0.5);
        Vector512<T> d = (prediction - target) / total;

        // ln(1 + d) is ln(2y / (y + t)): the one keeps its digits near y = t, the other near y = 0.
        Vector512<T> far = VectorMath.Log(prediction / (total * half));
        Vector512<T> slope = Lanes.Select(Vector512.LessThan(d, -half), far, VectorMath.Log1P(d)) * half;
        slope = Lanes.Select(Vector512.Equals(total, zero), zero, slope);
        return Formula.Within(slope, Lanes.AtMost(prediction, target), zero, total);
    }
}
