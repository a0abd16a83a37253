using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// -w t ln p - (1 - t) ln(1 - p) of p = 1 / (1 + e^-y) against targets t in [0, 1], with a weight w for positives; t is first
/// smoothed to t (1 - s) + s / 2. Derivative (1 - t) p - w t (1 - p).
/// </summary>
/// <remarks>
/// Within 3 ULP at any logit, also where the loss is tiny: computed as w t softplus(-y) + (1 - t) softplus(y). A term whose
/// factor is 0 is 0, so a logit of +infinity (-infinity) against 1 (0) gives 0, and +infinity against anything else; the
/// derivative is always finite. NaN where y or t is.
/// </remarks>
public readonly struct BinaryCrossEntropyFromLogits<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _positiveWeight;
    private readonly T _smoothing;

    /// <summary>Without weight and smoothing.</summary>
    public BinaryCrossEntropyFromLogits()
        : this(T.One)
    {
    }

    /// <param name="positiveWeight">w, what a positive counts compared with a negative: positive and finite.</param>
    /// <param name="labelSmoothing">s, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public BinaryCrossEntropyFromLogits(T positiveWeight, T labelSmoothing = default)
    {
        Guard.Positive(positiveWeight);
        Guard.Between(labelSmoothing, 0, 1);
        _positiveWeight = positiveWeight;
        _smoothing = labelSmoothing;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> smooth = Formula.Smooth(target, _smoothing);
        Vector512<T> other = Formula.Smooth(Vector512<T>.One - target, _smoothing);
        Vector512<T> tail = VectorMath.Log1P(VectorMath.Exp(-Vector512.Abs(prediction)));
        Vector512<T> positive = Formula.Weighted(
            tail + Formula.PositivePart(-prediction), smooth * Vector512.Create(_positiveWeight));
        return positive + Formula.Weighted(tail + Formula.PositivePart(prediction), other);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> smooth = Formula.Smooth(target, _smoothing);
        Vector512<T> other = Formula.Smooth(Vector512<T>.One - target, _smoothing);
        Formula.Sigmoids(prediction, out Vector512<T> probability, out Vector512<T> complement);
        return (other * probability) - (smooth * Vector512.Create(_positiveWeight) * complement);
    }
}
