using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// max(0, margin - t d) of the difference d of two scores against a target t of 1 (the first should rank higher) or -1
/// (the second). <see cref="PairwiseRanking{TLoss}"/> takes it of pairs of scores; margin_ranking_loss of PyTorch. Derivative -t where
/// margin - t d is positive, else 0. Second derivative 0.
/// </summary>
/// <remarks>
/// Within 1 ULP of max(margin, |t d|). NaN where d or t is. An infinite difference on the right side gives 0, on the wrong side +infinity.
/// </remarks>
public readonly struct MarginRanking : ICurvedLoss
{
    /// <summary>With margin 0.</summary>
    public MarginRanking()
    {
    }

    /// <param name="margin">By how much the right score should be the larger; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">margin is not finite, or more than a float can hold.</exception>
    public MarginRanking(double margin)
    {
        Guard.FiniteParameter(margin);
        Margin = margin;
    }

    /// <summary>By how much the right score should be the larger.</summary>
    public double Margin { get; }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Max(0, TVector.Fma(-target, prediction, TVector.Parameter(Margin)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector rest = TVector.Fma(-target, prediction, TVector.Parameter(Margin));
        return TVector.Where(rest > 0, -target, TVector.Max(0, rest));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction + target, 0);
}
