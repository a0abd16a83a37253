using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// (y - t)^2; the mean is the mean squared error. Derivative 2 (y - t), second derivative 2.
/// </summary>
/// <remarks>
/// Within 2 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct SquaredError : ICurvedLoss, ITargetDifferentiableLoss
{
    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return error * error;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return error + error;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction - target, 2);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
