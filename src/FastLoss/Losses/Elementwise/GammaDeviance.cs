using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// 2 (ln(y / t) + t / y - 1) of targets t &gt; 0 against means y &gt; 0. Derivative 2 (y - t) / y^2, second derivative
/// 2 (2 t - y) / y^3.
/// </summary>
/// <remarks>
/// Within 19 ULP also where y is near t and the three terms cancel: computed as 2 (r - ln(1 + r)), r = (t - y) / y. +infinity where one of
/// y and t is 0, t / y overflows or underflows, or t is infinite; NaN where both are 0, y is infinite, or one is negative or NaN.
/// </remarks>
public readonly struct GammaDeviance : ICurvedLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector value = -2 * TVector.Log1PMinus((target - prediction) / prediction, target / prediction);
        return Formulas.Within(value, TVector.Min(prediction, target), 0, double.PositiveInfinity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        Formulas.WithinBoth(2 * ((prediction - target) / prediction) / prediction, prediction, target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector curve = 2 * (1 + (2 * ((target - prediction) / prediction))) / prediction / prediction;
        return Formulas.WithinBoth(curve, prediction, target);
    }
}
