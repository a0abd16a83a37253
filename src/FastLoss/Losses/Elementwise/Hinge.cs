using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// max(0, 1 - t y) of a score y against a target t of -1 or 1. Derivative -t where 1 - t y is positive, else 0. Second
/// derivative 0.
/// </summary>
/// <remarks>
/// Within 1 ULP of max(1, |t y|). NaN where y or t is. A score infinite on the right side gives 0, on the wrong side +infinity.
/// </remarks>
public readonly struct Hinge : ICurvedLoss
{
    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Max(0, TVector.Fma(-target, prediction, 1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Fma(-target, prediction, 1);
        return TVector.Where(margin > 0, -target, TVector.Max(0, margin));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction + target, 0);
}
