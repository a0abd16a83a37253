using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// (ln(1 + y) - ln(1 + t))^2: the squared error of logarithms, for targets of many magnitudes.
/// Derivative 2 (ln(1 + y) - ln(1 + t)) / (1 + y), second derivative 2 (1 - ln(1 + y) + ln(1 + t)) / (1 + y)^2.
/// </summary>
/// <remarks>
/// Within 10 ULP also where y is near t and the two logarithms cancel: computed as ln(1 + |y - t| / (1 + min(y, t)))^2.
/// +infinity where one of y and t is -1 or +infinity; NaN where one is below -1 or NaN, or both are -1 or +infinity.
/// </remarks>
public readonly struct SquaredLogarithmicError : ICurvedLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector ratio = LogRatio(prediction, target);
        return ratio * ratio;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector ratio = LogRatio(prediction, target) * Formulas.Sign(prediction - target);
        return (ratio + ratio) / (1 + prediction);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector ratio = LogRatio(prediction, target) * Formulas.Sign(prediction - target);
        return 2 * (1 - ratio) / (1 + prediction) / (1 + prediction);
    }

    /// <summary>|ln((1 + y) / (1 + t))|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogRatio<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // Of half the distance: of a huge y and a t near -1 the quotient overflows, and its logarithm does not.
        TVector least = TVector.Min(prediction, target);
        TVector half = TVector.Abs(Formulas.HalfDifference(prediction, target));
        TVector q = (half + half) / (1 + least);
        TVector overflows = TVector.Equal(q, double.PositiveInfinity);
        TVector scaled = half * (1.0 / (1L << 62)) / (1 + least);
        TVector shift = overflows & (63 * 0.693147180559945309);
        TVector ratio = TVector.Log1P(TVector.Where(overflows, scaled, q)) + shift;
        return TVector.Where(least >= -1, ratio, double.NaN);
    }
}
