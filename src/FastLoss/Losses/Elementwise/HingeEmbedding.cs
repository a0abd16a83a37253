using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Of a distance y, where the target is 1 (a like pair) y itself, where it is -1 (an unlike pair) max(0, margin - y): hinge_embedding_loss
/// of PyTorch (Hadsell, Chopra and LeCun 2006, with plain distances). Derivative 1 of like pairs, -1 of unlike ones nearer than the margin,
/// else 0. Second derivative 0.
/// </summary>
/// <remarks>
/// Within 1 ULP of max(margin, |y|). Any positive target counts as 1, any other as -1. The derivative at the margin is 0. NaN where y or t is;
/// an infinite distance gives itself to like pairs, to unlike ones 0 (or +infinity at -infinity).
/// </remarks>
public readonly struct HingeEmbedding : ICurvedLoss
{
    private const double DefaultMargin = 1;
    private readonly long _margin;

    /// <summary>With margin 1.</summary>
    public HingeEmbedding()
    {
    }

    /// <param name="margin">How far apart unlike pairs should be; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">margin is not finite, or more than a float can hold.</exception>
    public HingeEmbedding(double margin)
    {
        Guard.FiniteParameter(margin);
        _margin = Unset.Encode(margin, DefaultMargin);
    }

    /// <summary>How far apart unlike pairs should be.</summary>
    public double Margin
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_margin, DefaultMargin);
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector value = TVector.Where(target > 0, prediction, TVector.Max(0, TVector.Parameter(Margin) - prediction));
        return TVector.Where(TVector.Equal(target, target), value, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = TVector.Where(target > 0, 1, TVector.Where(prediction < TVector.Parameter(Margin), -1, 0));
        return Formulas.Constant(target, Formulas.Constant(prediction, slope));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(target, Formulas.Constant<TVector>(prediction, 0));
}
