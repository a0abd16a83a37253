using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// -w t ln p - (1 - t) ln(1 - p) of p = 1 / (1 + e^-y) against targets t in [0, 1], with a weight w for positives; t is first
/// smoothed to t (1 - s) + s / 2. Derivative (1 - t) p - w t (1 - p), second derivative (1 - t + w t) p (1 - p).
/// </summary>
/// <remarks>
/// Within 3 ULP at any logit, also where the loss is tiny: computed as w t softplus(-y) + (1 - t) softplus(y). A term whose
/// factor is 0 is 0, so a logit of +infinity (-infinity) against 1 (0) gives 0, and +infinity against anything else; the
/// derivative is always finite. NaN where y or t is.
/// </remarks>
public readonly struct BinaryCrossEntropyFromLogits : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultPositiveWeight = 1;
    private readonly long _positiveWeight;

    /// <summary>Without weight and smoothing.</summary>
    public BinaryCrossEntropyFromLogits()
    {
    }

    /// <param name="positiveWeight">w, what a positive counts compared with a negative: positive and finite.</param>
    /// <param name="labelSmoothing">s, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public BinaryCrossEntropyFromLogits(double positiveWeight, double labelSmoothing = 0)
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
        TVector other = Formulas.Smooth(1 - target, LabelSmoothing);
        return Formulas.LogisticLoss(prediction, smooth * TVector.Parameter(PositiveWeight), other);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector smooth = Formulas.Smooth(target, LabelSmoothing);
        TVector other = Formulas.Smooth(1 - target, LabelSmoothing);
        return Formulas.LogisticSlope(prediction, smooth * TVector.Parameter(PositiveWeight), other);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector positive = Formulas.Smooth(target, LabelSmoothing) * TVector.Parameter(PositiveWeight);
        TVector weight = Formulas.Smooth(1 - target, LabelSmoothing) + positive;
        Formulas.Sigmoids(prediction, out TVector probability, out TVector complement);
        return weight * (probability * complement);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // w softplus(-y) - softplus(y): what the two have in common is taken out, so that nothing cancels where w is 1.
        TVector tail = TVector.Log1POfUnit(TVector.ExpOfMinus(TVector.Abs(prediction)));
        TVector sides = (TVector.Parameter(PositiveWeight) * TVector.Max(0, -prediction)) - TVector.Max(0, prediction);
        TVector slope = TVector.Parameter(1 - LabelSmoothing) * TVector.Fma(TVector.Parameter(PositiveWeight - 1), tail, sides);
        return TVector.Where(TVector.Equal(target, target), slope, target);
    }
}
