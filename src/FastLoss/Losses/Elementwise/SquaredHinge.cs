using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// max(0, 1 - t y)^2 of a score y against a target t of -1 or 1. Derivative -2 t max(0, 1 - t y), second derivative 2 t^2
/// where 1 - t y is positive, else 0.
/// </summary>
/// <remarks>
/// Its root is within 1 ULP of max(1, |t y|). NaN where y or t is. A score infinite on the right side gives 0, on the wrong side
/// +infinity.
/// </remarks>
public readonly struct SquaredHinge : ICurvedLoss
{
    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Max(0, TVector.Fma(-target, prediction, 1));
        return margin * margin;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Max(0, TVector.Fma(-target, prediction, 1));
        return -(target + target) * margin;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Max(0, TVector.Fma(-target, prediction, 1));
        return TVector.Where(margin > 0, (target + target) * target, margin);
    }
}
