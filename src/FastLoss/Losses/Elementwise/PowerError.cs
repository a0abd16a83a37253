using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// |e|^p of e = y - t, the loss of the p-norm: 1 is <see cref="AbsoluteError"/> and 2 <see cref="SquaredError"/>, both faster there; between
/// them outliers count less than squared, above 2 more. Derivative p |e|^(p-1) sign e, 0 at e = 0; second derivative
/// p (p - 1) |e|^(p-2), at e = 0 +infinity for p between 1 and 2.
/// </summary>
/// <remarks>
/// Within 5 + p + 1.5 q |ln |e|| ULP, with q = p - 1 for p below 2, p - 2 from there on: e times the rest of its power is e times e^(q ln |e|).
/// NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct PowerError : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultPower = 2;
    private readonly long _power;

    /// <summary>With power 2.</summary>
    public PowerError()
    {
    }

    /// <param name="power">p, 1 to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">power is not 1 to 100.</exception>
    public PowerError(double power)
    {
        Guard.Between(power, 1, 100);
        _power = Unset.Encode(power, DefaultPower);
    }

    /// <summary>p, 1 to 100.</summary>
    public double Power
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_power, DefaultPower);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector size = TVector.Abs(prediction - target);
        return size * LessOne(size);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return Formulas.Sign(error) * (LessOne(TVector.Abs(error)) * TVector.Parameter(Power));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        if (Power == 1) return Formulas.Constant(error, 0);
        TVector curve = TVector.CalledPow(TVector.Abs(error), TVector.Parameter(Power - 2)) * TVector.Parameter(Power * (Power - 1));
        return Formulas.Constant(error, curve);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);

    /// <summary>|e|^(p-1), by a product as far as one is left over: an exponential of a logarithm loses digits with its exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector LessOne<TVector>(TVector size)
        where TVector : unmanaged, IVector<TVector> => Power < 2
        ? TVector.CalledPow(size, TVector.Parameter(Power - 1))
        : size * TVector.CalledPow(size, TVector.Parameter(Power - 2));
}
