using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// 100 |y - t| / max(|t|, epsilon); the mean is the mean absolute percentage error. Derivative
/// 100 sign(y - t) / max(|t|, epsilon), second derivative 0.
/// </summary>
/// <remarks>
/// Within 3 ULP. +infinity where y is infinite; NaN where t is, or y or t is NaN.
/// </remarks>
public readonly struct PercentageError : ICurvedLoss
{
    private const double DefaultEpsilon = 1e-7;
    private readonly long _epsilon;

    /// <summary>With epsilon 1e-7.</summary>
    public PercentageError()
    {
    }

    /// <param name="epsilon">What the divisor is at least, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">epsilon is not a positive number that a float can hold.</exception>
    public PercentageError(double epsilon)
    {
        Guard.PositiveParameter(epsilon);
        _epsilon = Unset.Encode(epsilon, DefaultEpsilon);
    }

    /// <summary>What the divisor is at least, positive and finite.</summary>
    public double Epsilon
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_epsilon, DefaultEpsilon);
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector half = TVector.Abs(Formulas.HalfDifference(prediction, target));
        return half / TVector.Max(TVector.Parameter(Epsilon), TVector.Abs(target)) * 200;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        Formulas.Sign(prediction - target) / TVector.Max(TVector.Parameter(Epsilon), TVector.Abs(target)) * 100;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction - target, 0);
}
