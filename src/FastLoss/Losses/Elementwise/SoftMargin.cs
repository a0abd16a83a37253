using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// ln(1 + e^(-t y)) of a score y against a target t of -1 or 1: the logistic loss. Derivative -t / (1 + e^(t y)), second derivative
/// t^2 p (1 - p) with p = 1 / (1 + e^(t y)).
/// </summary>
/// <remarks>
/// Within 3 ULP at t of -1 or 1, also where the loss is tiny. A score infinite on the right side gives 0, on the wrong side +infinity;
/// NaN where y or t is.
/// </remarks>
public readonly struct SoftMargin : ICurvedLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Softplus(-target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -target * TVector.Sigmoid(-target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        Formulas.Sigmoids(target * prediction, out TVector p, out TVector q);
        return target * target * (p * q);
    }
}
