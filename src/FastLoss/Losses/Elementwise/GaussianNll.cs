using System.Runtime.CompilerServices;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of t under a normal distribution of mean y and one given variance v: (ln v + (y - t)^2 / v) / 2.
/// Derivative (y - t) / v, second derivative 1 / v. With a variance for each element: <see cref="HeteroscedasticGaussianNll"/>.
/// </summary>
/// <remarks>
/// Within 4 ULP of the larger of its two terms, which may cancel. NaN where y or t is, or both are the same infinity; +infinity where one
/// is infinite.
/// </remarks>
public readonly struct GaussianNll : ICurvedLoss, ITargetDifferentiableLoss
{
    private readonly long _halfPrecisionBits;
    private readonly double _constant;

    /// <summary>With variance 1.</summary>
    public GaussianNll()
    {
    }

    /// <param name="variance">v, positive and finite.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <exception cref="ArgumentOutOfRangeException">variance, or its inverse, is not a positive number that a float can hold.</exception>
    public GaussianNll(double variance, bool isFull = false)
    {
        Guard.InvertibleParameter(variance);
        _halfPrecisionBits = Unset.Encode(0.5 / variance, 0.5);
        _constant = (ScalarMath.Log(variance) / 2) + (isFull ? Formulas.HalfLogTwoPi : 0);
    }

    /// <summary>1 / (2 v).</summary>
    private double HalfPrecision
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_halfPrecisionBits, 0.5);
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return TVector.Fma(error, error * TVector.Parameter(HalfPrecision), TVector.Parameter(_constant));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => (prediction - target) * TVector.Parameter(2 * HalfPrecision);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction - target, TVector.Parameter(2 * HalfPrecision));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
