using System.Numerics;

namespace FastLoss;

/// <summary>
/// exp(x) - 1 and log(1 + x) with the digits of a small x, which the framework's own lose: they are written as exp(x) -
/// 1 and log(x + 1). By Kahan's correction (Goldberg, What every computer scientist should know about floating-point
/// arithmetic, 1991, theorem 4): the rounding of 1 + x, or of exp(x), is made in value and in divisor alike, and
/// cancels. Within 4 ULP. A type that is neither float nor double, as a dual number of dual numbers, has functions of
/// its own.
/// </summary>
internal static class SmallPart
{
    public static T LogP1<T>(T x)
        where T : INumber<T>, ILogarithmicFunctions<T>
    {
        if (!IsFloat<T>()) return T.LogP1(x);
        T above = T.One + x;
        return above == T.One ? x : T.IsInfinity(above) ? T.Log(above) : T.Log(above) * (x / (above - T.One));
    }

    public static T Log2P1<T>(T x)
        where T : INumber<T>, ILogarithmicFunctions<T> => IsFloat<T>() ? LogP1(x) / T.Log(Two<T>()) : T.Log2P1(x);

    public static T Log10P1<T>(T x)
        where T : INumber<T>, ILogarithmicFunctions<T> => IsFloat<T>() ? LogP1(x) / T.Log(T.CreateTruncating(10)) : T.Log10P1(x);

    public static T ExpM1<T>(T x)
        where T : INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T>
    {
        if (!IsFloat<T>()) return T.ExpM1(x);
        T power = T.Exp(x), less = power - T.One;
        // At the ends the quotient is 1, or infinite over infinite.
        return power == T.One ? x : less == -T.One || T.IsInfinity(power) || T.Abs(x) > T.One ? less : less * (x / T.Log(power));
    }

    public static T Exp2M1<T>(T x)
        where T : INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T> =>
        !IsFloat<T>() ? T.Exp2M1(x) : T.Abs(x) > T.One ? T.Exp2(x) - T.One : ExpM1(x * T.Log(Two<T>()));

    public static T Exp10M1<T>(T x)
        where T : INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T> =>
        !IsFloat<T>() ? T.Exp10M1(x) : T.Abs(x) > T.One ? T.Exp10(x) - T.One : ExpM1(x * T.Log(T.CreateTruncating(10)));

    private static bool IsFloat<T>() => typeof(T) == typeof(double) || typeof(T) == typeof(float);

    private static T Two<T>()
        where T : INumber<T> => T.One + T.One;
}
