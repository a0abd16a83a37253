using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of counts t under Poisson rates e^y, without the term of t alone: e^y - t y. Derivative e^y - t,
/// second derivative e^y.
/// </summary>
/// <remarks>
/// Within 3 ULP of the larger of its two terms, which may cancel. A count of 0 leaves e^y, 0 at y = -infinity; a positive count
/// there gives +infinity; +infinity at y = +infinity; NaN where y or t is.
/// </remarks>
public readonly struct PoissonNllFromLogRate : ICurvedLoss
{
    /// <param name="isFull">Adds Stirling's t ln t - t + ln(2 pi t) / 2 for ln t! of counts above 1.</param>
    public PoissonNllFromLogRate(bool isFull)
    {
        IsFull = isFull;
    }

    /// <summary>Whether Stirling's approximation of ln t! is added.</summary>
    public bool IsFull { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector rate = TVector.Exp(prediction);
        TVector value = rate - Formulas.Weighted(prediction, target);
        value = TVector.Where(TVector.Equal(rate, double.PositiveInfinity), rate, value);
        return IsFull ? value + Formulas.Stirling(target) : value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Exp(prediction) - target;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        TVector.Where(TVector.Equal(target, target), TVector.Exp(prediction), target);
}
