using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// |y - t| / 2, a term of the total variation distance of probabilities y and t; the sum over a row is its distance, 0 to 1, so
/// divide by rows (<see cref="LossOptions{T}.Denominator"/>). Derivative: half the sign of y - t, 0 where they are equal.
/// Second derivative 0.
/// </summary>
/// <remarks>
/// Within 1 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct TotalVariation : ICurvedLoss, ITargetDifferentiableLoss
{
    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Abs(Formulas.HalfDifference(prediction, target));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Sign(prediction - target) * 0.5;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction - target, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
