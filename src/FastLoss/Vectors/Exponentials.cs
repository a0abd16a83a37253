using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The exponential and its kin. x = n ln 2 + r with |r| at most ln 2 / 2, and e^r - 1 a polynomial: no table, because a
/// look-up is one instruction with AVX-512 but five with AVX2, where two more multiply-adds are one.
/// </summary>
internal static class Exponentials<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Past these e^x is infinite, or less than half the smallest number.</summary>
    private static double Highest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? 89 : 710;
    }

    private static double Lowest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? -104.5 : -746;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = V.Min(Highest, V.Max(Lowest, x));
        V n = Quotient(x);
        return V.Scale(OfRest(Rest(x, n)), n);
    }

    /// <summary>e^-x for x at least 0 (or NaN), the bits of <see cref="Exp"/> at -x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpOfMinus(V x)
    {
        x = V.Max(Lowest, -x);
        V n = Quotient(x);
        return V.Scale(OfRest(Rest(x, n)), n);
    }

    /// <summary>
    /// 2^64 e^-(x + rest) for x at least 0 (or NaN) and a rest below an ULP of it: lifted, so that it can be small without being
    /// subnormal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LiftedExpOfMinus(V x, V rest)
    {
        x = V.Max(Lowest - 45, -x);
        V n = Quotient(x);
        return V.Scale(OfRest(Rest(x, n) - rest), n + 64);
    }

    /// <summary>
    /// e^x 2^-power for a whole power, where that has no overflow: within 1.25 ULP for |x| up to 1e5 (1e12), ln 2 being in two
    /// parts that serve that far. 0 below <paramref name="lowest"/>, which is <see cref="LowestOf"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpLess(V x, V power, V lowest)
    {
        V inRange = V.Max(lowest, x);
        V n = Quotient(inRange);
        V r = typeof(T) == typeof(float)
            ? V.Fma(n, 1.9046542121259336e-09, V.Fma(n, -0.6931471824645996, inRange))
            : V.Fma(n, -2.3190468138462996e-17, V.Fma(n, -0.6931471805599453, inRange));
        return V.AndNot(x < lowest, V.Scale(OfRest(r), n - power));
    }

    /// <summary>The x whose <see cref="ExpLess"/> is still a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LowestOf(V power) => V.Fma(power, 0.69314718055994530942, typeof(T) == typeof(float) ? -87.3 : -708.3);

    /// <summary>The whole power of two nearest e^x, for |x| up to 1e5 (1e12).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V NearestPower(V x) => Quotient(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpM1(V x)
    {
        // e^x - 1 rounds to -1 from -25 (-50) down.
        V result = HalfExpM1(V.Min(Highest, V.Max(typeof(T) == typeof(float) ? -25 : -50, x)));
        return V.CopySign(result + result, x);
    }

    /// <summary>(e^x - 1) / 2 for x that <see cref="ExpM1"/> does not clamp: its exact half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V HalfExpM1(V x)
    {
        V n = Quotient(x);
        V q = M1OfRest(Rest(x, n));

        // 2^n q + (2^n - 1), with half of 2^n so that 2^1024 does not overflow before the result does.
        V half = V.PowerOfTwo(n - 1);
        return V.Fma(half, q, half - 0.5);
    }

    /// <summary>e^x - 1 - x by the series of (e^x - 1 - x) / x^2, its first dropped term below half an ULP: within 3 ULP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpM1Minus(V x)
    {
        V q;
        if (typeof(T) == typeof(float))
        {
            q = V.Fma(1 / 479001600.0, x, 1 / 39916800.0);
        }
        else
        {
            q = V.Fma(1 / 121645100408832000.0, x, 1 / 6402373705728000.0);
            q = V.Fma(q, x, 1 / 355687428096000.0);
            q = V.Fma(q, x, 1 / 20922789888000.0);
            q = V.Fma(q, x, 1 / 1307674368000.0);
            q = V.Fma(q, x, 1 / 87178291200.0);
            q = V.Fma(q, x, 1 / 6227020800.0);
            q = V.Fma(q, x, 1 / 479001600.0);
            q = V.Fma(q, x, 1 / 39916800.0);
        }

        q = V.Fma(q, x, 1 / 3628800.0);
        q = V.Fma(q, x, 1 / 362880.0);
        q = V.Fma(q, x, 1 / 40320.0);
        q = V.Fma(q, x, 1 / 5040.0);
        q = V.Fma(q, x, 1 / 720.0);
        q = V.Fma(q, x, 1 / 120.0);
        q = V.Fma(q, x, 1 / 24.0);
        q = V.Fma(q, x, 1 / 6.0);
        q = V.Fma(q, x, 0.5);
        return q * (x * x);
    }

    /// <summary>n, the integer nearest x / ln 2: a number added to 1.5 2^23 (2^52) leaves its nearest integer in the last bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Quotient(V x)
    {
        V shifter = typeof(T) == typeof(float) ? 12582912 : 6755399441055744;
        return V.Fma(x, 1.44269504088896340736, shifter) - shifter;
    }

    /// <summary>x - n ln 2, ln 2 in two parts of which n times the first is exact, and so is its difference from x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Rest(V x, V n) => typeof(T) == typeof(float)
        ? V.Fma(n, 2.12194440054690583e-4, V.Fma(n, -0.693359375, x))
        : V.Fma(n, -2.8235290563031577e-13, V.Fma(n, -0.69314718055966295651, x));

    /// <summary>e^r for |r| at most ln 2 / 2: for floats a degree less than e^r - 1 needs near 0, relative error 1e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OfRest(V r)
    {
        if (typeof(T) == typeof(double)) return 1 + M1OfRest(r);
        V q = V.Fma(0.0013935327297076583, r, 0.0083632580935955048);
        q = V.Fma(q, r, 0.0416664630174636841);
        q = V.Fma(q, r, 0.1666657626628875733);
        return 1 + V.Fma(V.Fma(q, r, 0.5), r * r, r);
    }

    /// <summary>e^r - 1 for |r| at most ln 2 / 2, a minimax polynomial: relative error 4e-9 (float), 2e-17 (double).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V M1OfRest(V r)
    {
        V q;
        if (typeof(T) == typeof(float))
        {
            q = V.Fma(0.000198910798644647, r, 0.0013933731243014336);
            q = V.Fma(q, r, 0.00833331048488617);
            q = V.Fma(q, r, 0.041666463017463684);
            q = V.Fma(q, r, 0.1666666716337204);
        }
        else
        {
            q = V.Fma(2.0914755326230286e-09, r, 2.5105312729622103e-08);
            q = V.Fma(q, r, 2.7557273478717465e-07);
            q = V.Fma(q, r, 2.755725517000089e-06);
            q = V.Fma(q, r, 2.4801587325677464e-05);
            q = V.Fma(q, r, 0.0001984126987500228);
            q = V.Fma(q, r, 0.0013888888888883711);
            q = V.Fma(q, r, 0.008333333333326084);
            q = V.Fma(q, r, 0.04166666666666667);
            q = V.Fma(q, r, 0.1666666666666667);
        }

        return V.Fma(V.Fma(q, r, 0.5), r * r, r);
    }
}
