using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// -w t ln y - (1 - t) ln(1 - y) of probabilities y against targets t in [0, 1], with a weight w for positives; t is first
/// smoothed to t (1 - s) + s / 2. Derivative (1 - t) / (1 - y) - w t / y. From logits, where it neither overflows nor loses
/// digits: <see cref="BinaryCrossEntropyFromLogits{T}"/>.
/// </summary>
/// <remarks>
/// Within 3 ULP. A term whose factor is 0 is 0, so y = t = 0 and y = t = 1 give 0; y = 0 against a positive t, and y = 1 against
/// t below 1, give +infinity, with an infinite derivative. NaN where y is outside [0, 1], or y or t is NaN.
/// </remarks>
public readonly struct BinaryCrossEntropy<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _positiveWeight;
    private readonly T _smoothing;

    /// <summary>Without weight and smoothing.</summary>
    public BinaryCrossEntropy()
        : this(T.One)
    {
    }

    /// <param name="positiveWeight">w, what a positive counts compared with a negative: positive and finite.</param>
    /// <param name="labelSmoothing">s, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public BinaryCrossEntropy(T positiveWeight, T labelSmoothing = default)
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
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> smooth = Formula.Smooth(target, _smoothing);
        Vector512<T> positive = Formula.Weighted(VectorMath.Log(prediction), smooth * Vector512.Create(_positiveWeight));
        Vector512<T> negative = Formula.Weighted(VectorMath.Log1P(-prediction), Formula.Smooth(one - target, _smoothing));
        return Formula.Within(-(positive + negative), prediction, Vector512<T>.Zero, one);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> smooth = Formula.Smooth(target, _smoothing);
        Vector512<T> positive = Formula.Weighted(one / prediction, smooth * Vector512.Create(_positiveWeight));
        Vector512<T> negative = Formula.Weighted(one / (one - prediction), Formula.Smooth(one - target, _smoothing));
        return Formula.Within(negative - positive, prediction, Vector512<T>.Zero, one);
    }
}
