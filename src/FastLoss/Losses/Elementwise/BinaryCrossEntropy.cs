using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// -w t ln y - (1 - t) ln(1 - y) of probabilities y against targets t in [0, 1], with a weight w for positives; t is first
/// smoothed to t (1 - s) + s / 2. Derivative (1 - t) / (1 - y) - w t / y, second derivative (1 - t) / (1 - y)^2 + w t / y^2. From
/// logits, where it neither overflows nor loses digits: <see cref="BinaryCrossEntropyFromLogits"/>.
/// </summary>
/// <remarks>
/// Within 3 ULP; the derivative within 4 ULP where w is 1, also where y is near t: computed as (y - t) / (y (1 - y)). A term whose factor
/// is 0 is 0, so y = t = 0 and y = t = 1 give 0; y = 0 against a positive t, and y = 1 against t below 1, give +infinity, with an
/// infinite derivative. NaN where y is outside [0, 1], or y or t is NaN.
/// </remarks>
public readonly struct BinaryCrossEntropy : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultPositiveWeight = 1;
    private readonly long _positiveWeight;

    /// <summary>Without weight and smoothing.</summary>
    public BinaryCrossEntropy()
    {
    }

    /// <param name="positiveWeight">w, what a positive counts compared with a negative: positive and finite.</param>
    /// <param name="labelSmoothing">s, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public BinaryCrossEntropy(double positiveWeight, double labelSmoothing = 0)
    {
        Guard.PositiveParameter(positiveWeight);
        Guard.Between(labelSmoothing, 0, 1);
        _positiveWeight = Unset.Encode(positiveWeight, DefaultPositiveWeight);
        LabelSmoothing = labelSmoothing;
    }

    /// <summary>w, what a positive counts compared with a negative.</summary>
    public double PositiveWeight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_positiveWeight, DefaultPositiveWeight);
    }

    /// <summary>s, how far targets are drawn towards one half.</summary>
    public double LabelSmoothing { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector smooth = Formulas.Smooth(target, LabelSmoothing);
        TVector positive = Formulas.Weighted(TVector.Log(prediction), smooth * TVector.Parameter(PositiveWeight));
        TVector negative = Formulas.Weighted(TVector.Log1P(-prediction), Formulas.Smooth(1 - target, LabelSmoothing));
        return Formulas.Within(-(positive + negative), prediction, 0, 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // |y|, because a y of -0 is one of 0. Where t is 0 or 1 a factor is common to numerator and denominator, and may be 0.
        TVector y = TVector.Abs(prediction);
        TVector smooth = Formulas.Smooth(target, LabelSmoothing);
        TVector rest = 1 - y;
        TVector numerator = TVector.Fma(TVector.Parameter(1 - PositiveWeight) * smooth, rest, y - smooth);
        TVector denominator = y * rest;
        TVector isZero = TVector.Equal(smooth, 0), isOne = TVector.Equal(smooth, 1);
        numerator = TVector.Where(isZero, 1, TVector.Where(isOne, TVector.Parameter(-PositiveWeight), numerator));
        denominator = TVector.Where(isZero, rest, TVector.Where(isOne, y, denominator));
        return Formulas.Within(numerator / denominator, prediction, 0, 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector smooth = Formulas.Smooth(target, LabelSmoothing);
        TVector rest = 1 - prediction;
        TVector positive = Formulas.Weighted(1 / prediction / prediction, smooth * TVector.Parameter(PositiveWeight));
        TVector negative = Formulas.Weighted(1 / rest / rest, Formulas.Smooth(1 - target, LabelSmoothing));
        return Formulas.Within(positive + negative, prediction, 0, 1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = TVector.Log1P(-prediction) - (TVector.Parameter(PositiveWeight) * TVector.Log(prediction));
        slope = Formulas.Within(TVector.Parameter(1 - LabelSmoothing) * slope, prediction, 0, 1);
        return TVector.Where(TVector.Equal(target, target), slope, target);
    }
}
