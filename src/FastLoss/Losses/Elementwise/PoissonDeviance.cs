using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// 2 (t ln(t / y) - t + y) of counts t &gt;= 0 against rates y: twice <see cref="PoissonNll"/> above its least.
/// Derivative 2 (y - t) / y, second derivative 2 t / y^2.
/// </summary>
/// <remarks>
/// Within 19 ULP also where y is near t and the three terms cancel: computed as 2 t (r - ln(1 + r)), r = (y - t) / t. A count of 0
/// leaves 2 y; a positive count at y = 0, or where y / t underflows, gives +infinity; NaN where y or t is negative or NaN, or t is infinite.
/// </remarks>
public readonly struct PoissonDeviance : ICurvedLoss
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        TVector r = error / target;

        // From here on t ln(y / t) is below half an ULP of y; so it is where t = 0.
        TVector isFar = (r > 1L << 62) | TVector.Equal(target, 0);
        TVector value = TVector.Where(isFar, 2 * error, target * (-2 * TVector.Log1PMinus(r, prediction / target)));
        return Formulas.Within(value, TVector.Min(prediction, target), 0, double.PositiveInfinity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = TVector.Where(TVector.Equal(target, 0), 2, 2 * ((prediction - target) / prediction));
        return Formulas.WithinBoth(slope, prediction, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector curve = Formulas.Weighted(2 / prediction / prediction, target);
        return Formulas.WithinBoth(curve, prediction, target);
    }
}
