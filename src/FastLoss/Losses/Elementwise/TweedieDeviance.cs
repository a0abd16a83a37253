using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The unit deviance of the Tweedie family, whose variance is y^p: 2 (t^(2-p) / ((1-p)(2-p)) - t y^(1-p) / (1-p) + y^(2-p) / (2-p)).
/// Power 1 is <see cref="PoissonDeviance"/> and 2 <see cref="GammaDeviance"/>, both faster there; between them lie amounts
/// that are often 0, such as rain or claims; 3 is the inverse Gaussian. Derivative 2 (y - t) / y^p, second derivative
/// 2 (1 - p (y - t) / y) / y^p.
/// </summary>
/// <remarks>
/// Within 40 + 20 p (|ln y| + |ln t|) ULP, also where y is near t and the terms cancel. For p below 2 a target of 0 leaves
/// 2 y^(2-p) / (2-p), from 2 on it gives +infinity; NaN where y is not positive, t is negative or infinite, or one is NaN.
/// </remarks>
public readonly struct TweedieDeviance : ICurvedLoss
{
    private const double DefaultPower = 1.5;
    private readonly long _power;

    /// <summary>With power 1.5.</summary>
    public TweedieDeviance()
    {
    }

    /// <param name="power">p, 1 to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">power is not 1 to 10.</exception>
    public TweedieDeviance(double power)
    {
        Guard.Between(power, 1, 10);
        _power = Unset.Encode(power, DefaultPower);
    }

    /// <summary>p, 1 to 10.</summary>
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
        double c = 2 - Power;
        TVector y = TVector.CalledLog(prediction);
        TVector t = TVector.CalledLog(target);
        TVector r = (prediction - target) / target;
        TVector l = TVector.Where(TVector.Abs(r) < 0.5, TVector.Log1P(r), y - t);

        // t^(2-p) by its root: near y = t it may overflow where its product with a small number does not.
        TVector root = TVector.CalledExp(t * TVector.Parameter(0.5 * c));
        TVector size = root * root;
        TVector grown = TVector.CalledExp(y * TVector.Parameter(c));
        TVector fallen = target * TVector.CalledExp(y * TVector.Parameter(c - 1));
        TVector near = root * ((Near(l, c) - Near(l, c - 1)) * root);
        TVector far = TVector.Where(
            TVector.Equal(size, double.PositiveInfinity),
            double.PositiveInfinity,
            Far(size, grown, l, c) - Far(size, fallen, l, c - 1));
        TVector most = TVector.Parameter(Math.Max(Math.Abs(c), Math.Abs(c - 1)));
        TVector half = TVector.Where(TVector.Abs(l) * most <= 1, near, far);
        TVector atZero = c > 0 ? grown * TVector.Parameter(1 / c) : double.PositiveInfinity;
        half = TVector.Where(TVector.Equal(target, 0), atZero, half);
        return InDomain(half + half, prediction, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector slope = 2 * (prediction - target) * TVector.CalledPow(prediction, TVector.Parameter(-Power));
        return InDomain(slope, prediction, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector curve = 2 * TVector.Fma((target - prediction) / prediction, TVector.Parameter(Power), 1) * TVector.CalledPow(prediction, TVector.Parameter(-Power));
        return InDomain(curve, prediction, target);
    }

    /// <summary>
    /// (e^(c l) - 1 - c l) / c with l = ln(y / t). The deviance is 2 t^(2-p) times its difference between c = 2 - p and c = 1 - p,
    /// which does not cancel: near y = t both are about c l^2 / 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Near<TVector>(TVector l, double c)
        where TVector : unmanaged, IVector<TVector> =>
        c == 0 ? 0 : TVector.ExpM1Minus(l * TVector.Parameter(c)) * TVector.Parameter(1 / c);

    /// <summary>The same times t^(2-p); grown is t^(2-p) e^(c l), which in factors would overflow before the product does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Far<TVector>(TVector size, TVector grown, TVector l, double c)
        where TVector : unmanaged, IVector<TVector> =>
        c == 0 ? 0 : (grown - (size * (1 + (l * TVector.Parameter(c))))) * TVector.Parameter(1 / c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector InDomain<TVector>(TVector value, TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Where(
            (prediction > 0) & (target >= 0) & (target < double.PositiveInfinity), value, double.NaN);
}
