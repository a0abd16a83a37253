using System.Numerics;

namespace FastLoss;

// Each function with its derivative, in the form that keeps its digits: 1 - x^2 as (1-x)(1+x), 1 - tanh^2 as 1/cosh^2.
public readonly partial struct Dual<T> :
    IExponentialFunctions<Dual<T>>, ILogarithmicFunctions<Dual<T>>, ITrigonometricFunctions<Dual<T>>,
    IHyperbolicFunctions<Dual<T>>, IPowerFunctions<Dual<T>>, IRootFunctions<Dual<T>>
{
    /// <inheritdoc/>
    public static Dual<T> E => T.E;

    /// <inheritdoc/>
    public static Dual<T> Pi => T.Pi;

    /// <inheritdoc/>
    public static Dual<T> Tau => T.Tau;

    private static T Two => T.One + T.One;

    private static T Ten => T.CreateTruncating(10);

    /// <inheritdoc/>
    public static Dual<T> Exp(Dual<T> x)
    {
        T value = T.Exp(x.Value);
        return Chain(x, value, value);
    }

    /// <inheritdoc/>
    public static Dual<T> ExpM1(Dual<T> x) => Chain(x, SmallPart.ExpM1(x.Value), T.Exp(x.Value));

    /// <inheritdoc/>
    public static Dual<T> Exp2(Dual<T> x)
    {
        T value = T.Exp2(x.Value);
        return Chain(x, value, value * T.Log(Two));
    }

    /// <inheritdoc/>
    public static Dual<T> Exp2M1(Dual<T> x) => Chain(x, SmallPart.Exp2M1(x.Value), T.Exp2(x.Value) * T.Log(Two));

    /// <inheritdoc/>
    public static Dual<T> Exp10(Dual<T> x)
    {
        T value = T.Exp10(x.Value);
        return Chain(x, value, value * T.Log(Ten));
    }

    /// <inheritdoc/>
    public static Dual<T> Exp10M1(Dual<T> x) => Chain(x, SmallPart.Exp10M1(x.Value), T.Exp10(x.Value) * T.Log(Ten));

    /// <inheritdoc/>
    public static Dual<T> Log(Dual<T> x) => Chain(x, T.Log(x.Value), T.One / x.Value);

    /// <inheritdoc/>
    public static Dual<T> Log(Dual<T> x, Dual<T> newBase) => Log(x) / Log(newBase);

    /// <inheritdoc/>
    public static Dual<T> LogP1(Dual<T> x) => Chain(x, SmallPart.LogP1(x.Value), T.One / (T.One + x.Value));

    /// <inheritdoc/>
    public static Dual<T> Log2(Dual<T> x) => Chain(x, T.Log2(x.Value), T.One / (x.Value * T.Log(Two)));

    /// <inheritdoc/>
    public static Dual<T> Log2P1(Dual<T> x) => Chain(x, SmallPart.Log2P1(x.Value), T.One / ((T.One + x.Value) * T.Log(Two)));

    /// <inheritdoc/>
    public static Dual<T> Log10(Dual<T> x) => Chain(x, T.Log10(x.Value), T.One / (x.Value * T.Log(Ten)));

    /// <inheritdoc/>
    public static Dual<T> Log10P1(Dual<T> x) => Chain(x, SmallPart.Log10P1(x.Value), T.One / ((T.One + x.Value) * T.Log(Ten)));

    /// <inheritdoc/>
    public static Dual<T> Sin(Dual<T> x)
    {
        (T sin, T cos) = T.SinCos(x.Value);
        return Chain(x, sin, cos);
    }

    /// <inheritdoc/>
    public static Dual<T> Cos(Dual<T> x)
    {
        (T sin, T cos) = T.SinCos(x.Value);
        return Chain(x, cos, -sin);
    }

    /// <inheritdoc/>
    public static (Dual<T> Sin, Dual<T> Cos) SinCos(Dual<T> x)
    {
        (T sin, T cos) = T.SinCos(x.Value);
        return (Chain(x, sin, cos), Chain(x, cos, -sin));
    }

    /// <inheritdoc/>
    public static Dual<T> Tan(Dual<T> x)
    {
        T tan = T.Tan(x.Value);
        return Chain(x, tan, T.One + tan * tan);
    }

    /// <inheritdoc/>
    public static Dual<T> SinPi(Dual<T> x) => SinCosPi(x).SinPi;

    /// <inheritdoc/>
    public static Dual<T> CosPi(Dual<T> x) => SinCosPi(x).CosPi;

    /// <inheritdoc/>
    public static (Dual<T> SinPi, Dual<T> CosPi) SinCosPi(Dual<T> x)
    {
        (T sin, T cos) = T.SinCosPi(x.Value);
        return (Chain(x, sin, T.Pi * cos), Chain(x, cos, -T.Pi * sin));
    }

    /// <inheritdoc/>
    public static Dual<T> TanPi(Dual<T> x)
    {
        T tan = T.TanPi(x.Value);
        return Chain(x, tan, T.Pi * (T.One + tan * tan));
    }

    /// <inheritdoc/>
    public static Dual<T> Asin(Dual<T> x) => Chain(x, T.Asin(x.Value), T.One / T.Sqrt(OneLessSquare(x.Value)));

    /// <inheritdoc/>
    public static Dual<T> Acos(Dual<T> x) => Chain(x, T.Acos(x.Value), -T.One / T.Sqrt(OneLessSquare(x.Value)));

    /// <inheritdoc/>
    public static Dual<T> Atan(Dual<T> x) => Chain(x, T.Atan(x.Value), T.One / (T.One + x.Value * x.Value));

    /// <inheritdoc/>
    public static Dual<T> AsinPi(Dual<T> x) => Chain(x, T.AsinPi(x.Value), T.One / (T.Pi * T.Sqrt(OneLessSquare(x.Value))));

    /// <inheritdoc/>
    public static Dual<T> AcosPi(Dual<T> x) => Chain(x, T.AcosPi(x.Value), -T.One / (T.Pi * T.Sqrt(OneLessSquare(x.Value))));

    /// <inheritdoc/>
    public static Dual<T> AtanPi(Dual<T> x) => Chain(x, T.AtanPi(x.Value), T.One / (T.Pi * (T.One + x.Value * x.Value)));

    /// <inheritdoc/>
    public static Dual<T> Sinh(Dual<T> x) => Chain(x, T.Sinh(x.Value), T.Cosh(x.Value));

    /// <inheritdoc/>
    public static Dual<T> Cosh(Dual<T> x) => Chain(x, T.Cosh(x.Value), T.Sinh(x.Value));

    /// <inheritdoc/>
    public static Dual<T> Tanh(Dual<T> x)
    {
        T reciprocal = T.One / T.Cosh(x.Value);
        return Chain(x, T.Tanh(x.Value), reciprocal * reciprocal);
    }

    /// <inheritdoc/>
    public static Dual<T> Asinh(Dual<T> x) => Chain(x, T.Asinh(x.Value), T.One / T.Hypot(x.Value, T.One));

    /// <inheritdoc/>
    public static Dual<T> Acosh(Dual<T> x) =>
        Chain(x, T.Acosh(x.Value), T.One / (T.Sqrt(x.Value - T.One) * T.Sqrt(x.Value + T.One)));

    /// <inheritdoc/>
    public static Dual<T> Atanh(Dual<T> x) => Chain(x, T.Atanh(x.Value), T.One / OneLessSquare(x.Value));

    /// <inheritdoc/>
    public static Dual<T> Pow(Dual<T> x, Dual<T> y)
    {
        T value = T.Pow(x.Value, y.Value);
        // y x^(y-1) x' + x^y ln(x) y': each only where its argument varies, since the other may have no value.
        T byBase = T.IsZero(x.Derivative) || T.IsZero(y.Value) ? T.Zero : y.Value * T.Pow(x.Value, y.Value - T.One) * x.Derivative;
        T byExponent = T.IsZero(y.Derivative) || T.IsZero(value) ? T.Zero : value * T.Log(x.Value) * y.Derivative;
        return new(value, byBase + byExponent);
    }

    /// <inheritdoc/>
    public static Dual<T> Sqrt(Dual<T> x)
    {
        T root = T.Sqrt(x.Value);
        return Chain(x, root, T.One / (root + root));
    }

    /// <inheritdoc/>
    public static Dual<T> Cbrt(Dual<T> x)
    {
        T root = T.Cbrt(x.Value);
        return Chain(x, root, T.One / (T.CreateTruncating(3) * root * root));
    }

    /// <inheritdoc/>
    public static Dual<T> RootN(Dual<T> x, int n)
    {
        T root = T.RootN(x.Value, n);
        return Chain(x, root, root / (T.CreateTruncating(n) * x.Value));
    }

    /// <inheritdoc/>
    public static Dual<T> Hypot(Dual<T> x, Dual<T> y)
    {
        T length = T.Hypot(x.Value, y.Value);
        return new(length, Times(x.Value / length, x.Derivative) + Times(y.Value / length, y.Derivative));
    }

    private static Dual<T> Chain(Dual<T> x, T value, T slope) => new(value, Times(slope, x.Derivative));

    private static T OneLessSquare(T x) => (T.One - x) * (T.One + x);
}
