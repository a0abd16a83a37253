using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// A term e^t (t - y) of the Kullback-Leibler divergence from log-probabilities y to log-probabilities t; the sum over a row is
/// its divergence, so divide by rows (<see cref="LossOptions{T}.Denominator"/>). Derivative -e^t, second derivative 0, by
/// the target e^t (t - y + 1).
/// </summary>
/// <remarks>
/// Within 4 ULP. A target of -infinity gives 0 also at y = -infinity; any whose e^t is above 0 gives +infinity there; NaN where y or
/// t is, in the derivative too.
/// </remarks>
public readonly struct KLDivergenceLogTarget : ICurvedLoss, ITargetDifferentiableLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector value = Formulas.TimesExp(target - prediction, target);
        return TVector.Where(TVector.Equal(prediction, prediction), value, prediction);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        TVector.Where(TVector.Equal(prediction, prediction), -TVector.Exp(target), prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction + target, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = Formulas.TimesExp(target - prediction + 1, target);
        return TVector.Where(TVector.Equal(prediction, prediction), slope, prediction);
    }
}
