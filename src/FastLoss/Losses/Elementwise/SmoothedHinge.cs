using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The hinge with its corner rounded over gamma, of a score y against a target t of -1 or 1: with m = 1 - t y it is 0 for
/// m &lt;= 0, m^2 / (2 gamma) up to m = gamma, m - gamma / 2 beyond (Shalev-Shwartz and Zhang 2013; gamma 1 is Rennie's smooth
/// hinge). Derivative -t m / gamma, with m / gamma kept between 0 and 1. Second derivative t^2 / gamma for m from 0 to gamma, else 0.
/// </summary>
/// <remarks>
/// Within 4 ULP of max(1, |t y|). NaN where y or t is. A score infinite on the right side gives 0, on the wrong side +infinity.
/// </remarks>
public readonly struct SmoothedHinge : ICurvedLoss
{
    private const double DefaultGamma = 1;
    private readonly long _gamma;

    /// <summary>With gamma 1.</summary>
    public SmoothedHinge()
    {
    }

    /// <param name="gamma">Over how much of the margin the corner is rounded, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma, or its inverse, is not a positive number that a float can hold.</exception>
    public SmoothedHinge(double gamma)
    {
        Guard.InvertibleParameter(gamma);
        _gamma = Unset.Encode(gamma, DefaultGamma);
    }

    /// <summary>Over how much of the margin the corner is rounded, positive and finite.</summary>
    public double Gamma
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_gamma, DefaultGamma);
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Max(0, TVector.Fma(-target, prediction, 1));
        TVector near = margin * (margin * TVector.Parameter(0.5 / Gamma));
        return TVector.Where(margin < TVector.Parameter(Gamma), near, margin - TVector.Parameter(0.5 * Gamma));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Max(0, TVector.Fma(-target, prediction, 1));
        return -target * TVector.Min(1, margin * TVector.Parameter(1 / Gamma));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector margin = TVector.Fma(-target, prediction, 1);
        TVector isRound = (margin > 0) & (margin < TVector.Parameter(Gamma));
        TVector curve = TVector.Where(isRound, target * target * TVector.Parameter(1 / Gamma), 0);
        return TVector.Where(TVector.Equal(margin, margin), curve, margin);
    }
}
