using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The focal loss of a logit y against t in [0, 1] (Lin et al. 2017): a u^gamma times the binary cross-entropy, where
/// u = t (1 - p) + (1 - t) p is the probability of being wrong, p = 1 / (1 + e^-y), and a = alpha t + (1 - alpha)(1 - t) (1 without
/// alpha). Well-classified elements fade; gamma 0 is <see cref="BinaryCrossEntropyFromLogits"/>.
/// </summary>
/// <remarks>
/// Within 14 ULP for gamma 0, 1 and 2, else within 14 + 2.5 gamma |ln u| ULP; the derivative within 20 + 2.5 gamma |ln u| ULP of the larger of
/// its terms. A logit of +infinity (-infinity) against 1 (0) gives 0, against 0 (1) +infinity; the derivative is finite where t is
/// 0 or 1. NaN where y or t is.
/// </remarks>
public readonly struct SigmoidFocal : ICurvedLoss
{
    private const double DefaultGamma = 2;
    private readonly long _gamma;
    private readonly long _positive, _negative;

    /// <summary>With gamma 2 and no alpha.</summary>
    public SigmoidFocal()
    {
    }

    /// <param name="gamma">How fast well-classified elements fade, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma is negative, or more than a float can hold.</exception>
    public SigmoidFocal(double gamma)
    {
        Guard.NotNegativeParameter(gamma);
        _gamma = Unset.Encode(gamma, DefaultGamma);
    }

    /// <param name="gamma">How fast well-classified elements fade, 0 or more.</param>
    /// <param name="alpha">The weight of positives, 0 to 1; negatives have 1 - alpha.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public SigmoidFocal(double gamma, double alpha)
        : this(gamma)
    {
        Guard.Between(alpha, 0, 1);
        _positive = Unset.Encode(alpha, 1);
        _negative = Unset.Encode(1 - alpha, 1);
    }

    /// <summary>How fast well-classified elements fade.</summary>
    public double Gamma
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_gamma, DefaultGamma);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector e = TVector.CalledExp(-TVector.Abs(prediction));
        Formulas.Sigmoids(prediction, e, out TVector probability, out TVector complement);
        TVector other = 1 - target;
        TVector wrong = (target * complement) + (other * probability);
        return Formulas.Weighted(CrossEntropy(prediction, e, target, other), Alpha(target, other) * Power(wrong));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // With h the cross-entropy: a u^gamma (gamma (1 - 2t) p (1 - p) h / u + dh/dy), where p (1 - p) = 0 silences h = infinity.
        TVector e = TVector.CalledExp(-TVector.Abs(prediction));
        Formulas.Sigmoids(prediction, e, out TVector probability, out TVector complement);
        TVector other = 1 - target;
        TVector wrong = (target * complement) + (other * probability);
        TVector variance = probability * complement;
        TVector slope = TVector.AndNot(TVector.Equal(variance, 0), variance / wrong) * (other - target);
        TVector inner = Formulas.Weighted(CrossEntropy(prediction, e, target, other), slope * TVector.Parameter(Gamma))
            + ((other * probability) - (target * complement));
        return Formulas.Weighted(inner, Alpha(target, other) * Power(wrong));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // With r = u' / u: a u^gamma (gamma h ((gamma - 1) r^2 + r (1 - 2p)) + 2 gamma r h' + h'').
        TVector e = TVector.CalledExp(-TVector.Abs(prediction));
        Formulas.Sigmoids(prediction, e, out TVector probability, out TVector complement);
        TVector other = 1 - target;
        TVector wrong = (target * complement) + (other * probability);
        TVector variance = probability * complement;
        TVector r = TVector.AndNot(TVector.Equal(variance, 0), variance / wrong) * (other - target);
        TVector first = (other * probability) - (target * complement);
        TVector bend = r * TVector.Fma(r, TVector.Parameter(Gamma - 1), complement - probability) * TVector.Parameter(Gamma);
        TVector inner = Formulas.Weighted(CrossEntropy(prediction, e, target, other), bend)
            + TVector.Fma(r * TVector.Parameter(2 * Gamma), first, variance);
        return Formulas.Weighted(inner, Alpha(target, other) * Power(wrong));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Alpha<TVector>(TVector target, TVector other)
        where TVector : unmanaged, IVector<TVector> =>
        (target * TVector.Parameter(Unset.Decode(_positive, 1))) + (other * TVector.Parameter(Unset.Decode(_negative, 1)));

    /// <summary>u^gamma, without exponential and logarithm where gamma is one that everybody uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Power<TVector>(TVector wrong)
        where TVector : unmanaged, IVector<TVector>
    {
        if (Gamma == 2) return wrong * wrong;
        return Gamma == 1 ? wrong : TVector.CalledPow(wrong, TVector.Parameter(Gamma));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CrossEntropy<TVector>(TVector logit, TVector e, TVector target, TVector other)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector tail = TVector.Log1POfUnit(e);
        return Formulas.Weighted(tail + TVector.Max(0, -logit), target) + Formulas.Weighted(tail + TVector.Max(0, logit), other);
    }
}
