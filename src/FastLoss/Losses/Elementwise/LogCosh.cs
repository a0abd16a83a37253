using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// ln cosh(y - t): about e^2 / 2 near 0 and |e| - ln 2 far off. Derivative tanh(y - t), second derivative 1 - tanh^2.
/// </summary>
/// <remarks>
/// Within 8 ULP also where e is small and |e| + ln(1 + e^-2|e|) - ln 2 has no digit left: computed as
/// ln(1 + (e^|e| - 1)^2 / (2 e^|e|)). NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct LogCosh : ICurvedLoss, ITargetDifferentiableLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // From 20 on, ln(1 + e^-2|e|) is below half an ULP of |e| - ln 2.
        TVector error = TVector.Abs(prediction - target);
        TVector m = TVector.ExpM1(TVector.Min(20, error));
        TVector near = TVector.Log1P(m * (m / (m + m + 2)));
        return TVector.Where(error > 20, error - 0.693147180559945309, near);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Tanh(prediction - target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.TanhDerivative(prediction - target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
