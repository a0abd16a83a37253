using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The pinball loss: tau e for e = t - y &gt;= 0, (tau - 1) e below; its mean is least where a share tau of the targets lies
/// below the prediction (Koenker and Bassett 1978). Derivative: -tau where y &lt; t, 1 - tau where y &gt; t, 0 where they are equal.
/// Second derivative 0.
/// </summary>
/// <remarks>
/// Within 2 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite (with tau 0 or 1, NaN on the free
/// side).
/// </remarks>
public readonly struct Quantile : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultTau = 0.5;
    private readonly long _tau;

    /// <summary>With tau 0.5.</summary>
    public Quantile()
    {
    }

    /// <param name="tau">The quantile, 0 to 1: 0.5 for the median (half the absolute error).</param>
    /// <exception cref="ArgumentOutOfRangeException">tau is not 0 to 1.</exception>
    public Quantile(double tau)
    {
        Guard.Between(tau, 0, 1);
        _tau = Unset.Encode(tau, DefaultTau);
    }

    /// <summary>The quantile, 0 to 1: 0.5 for the median (half the absolute error).</summary>
    public double Tau
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_tau, DefaultTau);
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector half = Formulas.HalfDifference(target, prediction);
        return half * TVector.Where(half < 0, TVector.Parameter(2 * (Tau - 1)), TVector.Parameter(2 * Tau));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = target - prediction;
        TVector slope = TVector.Where(error < 0, TVector.Parameter(1 - Tau), TVector.Parameter(-Tau));

        // Of 0 and NaN the error itself is the slope.
        return TVector.Where(TVector.Abs(error) > 0, slope, error);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction - target, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
