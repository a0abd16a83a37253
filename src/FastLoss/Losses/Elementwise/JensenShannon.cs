using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// A term of the Jensen-Shannon divergence of probabilities y and t, (y ln(y / m) + t ln(t / m)) / 2 with m = (y + t) / 2; the sum over a
/// row is its divergence, 0 to ln 2, so divide by rows (<see cref="LossOptions{T}.Denominator"/>). Derivative ln(y / m) / 2,
/// second derivative t / (2 y (y + t)).
/// </summary>
/// <remarks>
/// Within 8 ULP also where y is near t and the two terms cancel: computed from d = (y - t) / (y + t) as
/// (y + t) / 4 (2 |d| ln(1 + |d|) + (1 - |d|) ln(1 - d^2)). Two zeros give 0, with derivative 0; y = 0 against t &gt; 0 has derivative
/// -infinity; NaN where y or t is negative, infinite or NaN.
/// </remarks>
public readonly struct JensenShannon : ICurvedLoss, ITargetDifferentiableLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector total = prediction + target;
        TVector d = TVector.Abs(prediction - target) / total;
        TVector rising = (d + d) * TVector.Log1POfUnit(d);
        TVector rest = TVector.Min(prediction, target) * 2 / total; // 1 - d, with its digits near d = 1

        // A d of 1 less a hair has ln(1 - d^2) at -17 (-37): its factor is 0 to all digits, and -infinity would not be.
        TVector below = TVector.IsSingle ? 1 - 5.9604644775390625e-08 : 1 - 1.1102230246251565e-16;
        TVector falling = Formulas.Weighted(TVector.Log1P(-TVector.Min(below, d * d)), rest);
        TVector value = Formulas.Weighted(rising + falling, total * 0.25);
        return Formulas.Within(value, TVector.Min(prediction, target), 0, total);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector total = prediction + target;
        TVector d = (prediction - target) / total;

        // ln(1 + d) is ln(2y / (y + t)): the one keeps its digits near y = t, the other near y = 0.
        TVector far = TVector.Log(prediction / (total * 0.5));
        TVector slope = TVector.Where(d < -0.5, far, TVector.Log1P(d)) * 0.5;
        slope = TVector.Where(TVector.Equal(total, 0), 0, slope);
        return Formulas.Within(slope, TVector.Min(prediction, target), 0, total);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector total = prediction + target;
        TVector curve = Formulas.Weighted(0.5 / prediction, target / total);
        curve = TVector.Where(TVector.Equal(total, 0), 0, curve);
        return Formulas.Within(curve, TVector.Min(prediction, target), 0, total);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Derivative(target, prediction);
}
