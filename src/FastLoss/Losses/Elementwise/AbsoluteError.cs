using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// |y - t|; the mean is the mean absolute error. Derivative: the sign of y - t, 0 where they are equal. Second derivative 0,
/// at the kink too.
/// </summary>
/// <remarks>
/// Within 1 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct AbsoluteError : ICurvedLoss, ITargetDifferentiableLoss
{
    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Abs(prediction - target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Sign(prediction - target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction - target, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
