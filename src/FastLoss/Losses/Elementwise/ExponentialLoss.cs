using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// e^(-t y) of a score y against a target t of -1 or 1: the loss AdaBoost descends. Derivative -t e^(-t y), second derivative
/// t^2 e^(-t y).
/// </summary>
/// <remarks>
/// Within 1.5 ULP at t of -1 or 1. +infinity from t y = -89 (float) or -710 (double) down, as the exponential; NaN where y or t is.
/// </remarks>
public readonly struct ExponentialLoss : ICurvedLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Exp(-target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -target * TVector.Exp(-target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => target * target * TVector.Exp(-target * prediction);
}
