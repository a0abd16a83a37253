using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The logarithm and its kin: x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), s = f / (2 + f),
/// ln(1 + f) = f - (f^2/2 - s (f^2/2 + R(s^2))). The form and R's coefficients are those of fdlibm (e_log.c and e_logf.c, Sun
/// Microsystems 1993), whose error is below 1 ULP.
/// </summary>
internal static class Logarithms<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static double SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014E-308;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        // Subnormals are lifted by a power of two first.
        V small = x < SmallestNormal;
        V lifted = V.Where(small, x * (typeof(T) == typeof(float) ? 8388608 : 4503599627370496), x);
        V k = V.ExponentOf(lifted) - (small & (typeof(T) == typeof(float) ? 23 : 52));
        return Limits(x, OfParts(k, V.MantissaOf(lifted) - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1P(V x)
    {
        // k of 1 + x, and 1 + f = 2^-k (1 + x) without the rounding of 1 + x; where x is huge the 1 is nothing.
        V u = 1 + x;
        V inverse = V.InversePowerOf(u);
        V isHuge = x > 1e30;
        V f = V.Where(isHuge, V.MantissaOf(u) - 1, V.Fma(x, inverse, inverse - 1));
        V result = Limits(u, OfParts(V.ExponentOf(u), f));
        return V.CopySign(result, x);
    }

    /// <summary>ln(1 + x) for x from 0 to 1: for floats a minimax polynomial, relative error 2.5e-8, without a division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1POfUnit(V x)
    {
        if (typeof(T) == typeof(double))
        {
            V u = 1 + x;
            V inverse = V.InversePowerOf(u);
            return OfParts(V.ExponentOf(u), V.Fma(x, inverse, inverse - 1));
        }

        V q = V.Fma(-0.0045118262059986591, x, 0.0254073925316333771);
        q = V.Fma(q, x, -0.0670569688081741333);
        q = V.Fma(q, x, 0.1158724725246429443);
        q = V.Fma(q, x, -0.1585947424173355103);
        q = V.Fma(q, x, 0.1985711455345153809);
        q = V.Fma(q, x, -0.2498689144849777222);
        q = V.Fma(q, x, 0.3333285748958587646);
        q = V.Fma(q, x, -0.4999999701976776123);
        return V.Fma(q, x * x, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Pow(V x, V y) => V.Where(V.Equal(x, 1) | V.Equal(y, 0), 1, V.Exp(y * V.Log(x)));

    /// <summary>
    /// ln(1 + x) - x, which is about -x^2 / 2 near 0: within 10 ULP. -infinity at -1 and at +infinity, NaN below -1. Near x = -1,
    /// 1 + x has lost the digits that the ratio still has.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1PMinus(V x, V ratio)
    {
        V s = x / (x + 2);
        V halfSquare = x * x * 0.5;
        V near = V.Fma(s, halfSquare + R(s * s), -halfSquare);
        V far = V.Log(ratio) - x;
        far = V.Where(V.Equal(x, double.PositiveInfinity), -x, far);
        return V.Where((x > -0.2928) & (x < 0.4142), near, far);
    }

    /// <summary>
    /// ln(1 + a / b) for positive normal a and b with a finite sum, within 2.5 ULP; NaN where either is. For floats with one
    /// division, where the ratio and its <see cref="Log1P"/> take two: (a + b) / b is 2^k (1 + s) / (1 - s) with
    /// s = (a + b - 2^k b) / (a + b + 2^k b), and |s| below 0.2, for which R still has 28 bits (not so for doubles).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1POfRatio(V a, V b)
    {
        if (typeof(T) == typeof(double)) return Log1P(a / b);
        V sum = a + b;
        V k = V.NearPower(sum, b);
        V power = V.Multiplied(b, k);
        V s = (a - (power - b)) / (sum + power); // where k is 0 or 1 the numerator is exact, or nearly
        V tail = V.Fma(s, R(s * s), k * 9.0580006145e-06);
        return V.Fma(k, 6.9313812256e-01, s + s + tail);
    }

    /// <summary>k ln 2 + ln(1 + f).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V OfParts(V k, V f)
    {
        V s = f / (f + 2);
        V halfSquare = f * f * 0.5;
        V rest = halfSquare + R(s * s);
        V tail = typeof(T) == typeof(float)
            ? halfSquare - V.Fma(s, rest, k * 9.0580006145e-06)
            : halfSquare - V.Fma(s, rest, k * 1.90821492927058770002e-10);
        return typeof(T) == typeof(float)
            ? V.Fma(k, 6.9313812256e-01, f - tail)
            : V.Fma(k, 6.93147180369123816490e-01, f - tail);
    }

    /// <summary>(ln(1 + f) - f + f^2/2 - s f^2/2) / s for f = 2s / (1 - s), z = s^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V R(V z)
    {
        V rest;
        if (typeof(T) == typeof(float))
        {
            rest = V.Fma(0.24279078841, z, 0.28498786688);
            rest = V.Fma(rest, z, 0.40000972152);
            return V.Fma(rest, z, 0.66666662693) * z;
        }

        rest = V.Fma(1.479819860511658591e-01, z, 1.531383769920937332e-01);
        rest = V.Fma(rest, z, 1.818357216161805012e-01);
        rest = V.Fma(rest, z, 2.222219843214978396e-01);
        rest = V.Fma(rest, z, 2.857142874366239149e-01);
        rest = V.Fma(rest, z, 3.999999999940941908e-01);
        return V.Fma(rest, z, 6.666666666666735130e-01) * z;
    }

    /// <summary>The logarithm where x is positive and finite, else its limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Limits(V x, V result)
    {
        V limit = V.Where(x > 0, x, V.Where(V.Equal(x, 0), double.NegativeInfinity, double.NaN));
        return V.Where((x > 0) & (x < double.PositiveInfinity), result, limit);
    }
}
