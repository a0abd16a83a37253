using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// A term t (ln t - y) of the Kullback-Leibler divergence from log-probabilities y to probabilities t; the sum over a row is its
/// divergence, so divide by rows (<see cref="LossOptions{T}.Denominator"/>). Derivative -t, second derivative 0, by the
/// target ln t - y + 1.
/// With targets as log-probabilities: <see cref="KLDivergenceLogTarget"/>.
/// </summary>
/// <remarks>
/// Within 2 ULP of the larger of t ln t and t y, which may cancel. A target of 0 gives 0 also at y = -infinity; a positive
/// target there gives +infinity; NaN where t is negative, or y or t is NaN, in the derivative too.
/// </remarks>
public readonly struct KLDivergence : ICurvedLoss, ITargetDifferentiableLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector value = Formulas.Weighted(TVector.Log(target) - prediction, target);
        return TVector.Where(TVector.Equal(prediction, prediction), value, prediction);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        TVector.Where(TVector.Equal(prediction, prediction) & (target >= 0), -target, double.NaN);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        TVector.Where(TVector.Equal(prediction, prediction) & (target >= 0), 0, double.NaN);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = TVector.Log(target) - prediction + 1;
        return TVector.Where(TVector.Equal(target, 0) & TVector.Equal(prediction, double.NegativeInfinity), 0, slope);
    }
}
