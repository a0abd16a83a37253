using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A term of the generalized Jensen-Shannon divergence of probabilities y and t, s y ln(y / m) + (1 - s) t ln(t / m) with the mixture
/// m = s y + (1 - s) t (Lin 1991; Englesson and Azizpour 2021 as a loss, which they divide by -(1 - s) ln(1 - s)). The sum over a row is its
/// divergence, so divide by rows (<see cref="LossOptions{T}.Denominator"/>). Share one half is <see cref="JensenShannon"/>, faster there; near 0
/// it is s times KL(y || t), near 1 it is 1 - s times KL(t || y). Derivative s ln(y / m), second derivative
/// s (1 - s) t / (y m), by the target (1 - s) ln(t / m).
/// </summary>
/// <remarks>
/// Within 24 ULP also where y is near t and the two terms cancel: each is taken less its straight part, of which the sum is 0, as
/// y (u - ln(1 + u)) with u = m / y - 1. Two zeros give 0, with derivative 0; y = 0 against t &gt; 0 has derivative -infinity; NaN where y or t
/// is negative, infinite or NaN.
/// </remarks>
public readonly struct GeneralizedJensenShannon : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultShare = 0.5;
    private readonly long _share;

    /// <summary>With share 0.5.</summary>
    public GeneralizedJensenShannon()
    {
    }

    /// <param name="share">s, the prediction's share of the mixture: above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">share is not above 0 and below 1, or less than a float can hold.</exception>
    public GeneralizedJensenShannon(double share)
    {
        Guard.PositiveParameter(share);
        if (share >= 1) Throw.OutOfRange(nameof(share), share, "below 1");
        _share = Unset.Encode(share, DefaultShare);
    }

    /// <summary>s, the prediction's share of the mixture.</summary>
    public double Share
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_share, DefaultShare);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector mixture = Mixture(prediction, target, Share), difference = target - prediction;
        TVector first = Bent(prediction, mixture, difference * TVector.Parameter(1 - Share));
        TVector second = Bent(target, mixture, -difference * TVector.Parameter(Share));
        return InDomain((first * TVector.Parameter(Share)) + (second * TVector.Parameter(1 - Share)), prediction, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Slope(prediction, target, Share);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector curve = Formulas.Weighted(TVector.Parameter(Share * (1 - Share)) / prediction, target / Mixture(prediction, target, Share));
        curve = TVector.Where(TVector.Equal(prediction + target, 0), 0, curve);
        return InDomain(curve, prediction, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Slope(target, prediction, 1 - Share);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Mixture<TVector>(TVector first, TVector second, double share)
        where TVector : unmanaged, IVector<TVector> => TVector.Fma(TVector.Parameter(share), first, second * TVector.Parameter(1 - share));

    /// <summary>p (u - ln(1 + u)) with u = (m - p) / p: m - p less p ln(m / p), and m where p is 0 to all digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Bent<TVector>(TVector p, TVector mixture, TVector rest)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector bent = -p * TVector.Log1PMinus(rest / p, mixture / p);
        return TVector.Where(p > mixture * 1e-30, bent, mixture);
    }

    /// <summary>s ln(p / m): by the difference near p = q, by the quotient where p is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Slope<TVector>(TVector p, TVector q, double share)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector mixture = Mixture(p, q, share);
        TVector near = -TVector.CalledLog1P((q - p) * TVector.Parameter(1 - share) / p);
        TVector slope = TVector.Where(p < mixture * 0.125, TVector.CalledLog(p / mixture), near) * TVector.Parameter(share);
        slope = TVector.Where(TVector.Equal(p + q, 0), 0, slope);
        return InDomain(slope, p, q);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector InDomain<TVector>(TVector value, TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Where(
            (prediction >= 0) & (target >= 0) & (prediction + target < double.PositiveInfinity), value, double.NaN);
}
