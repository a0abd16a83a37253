using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The normal distribution's part in x Phi(x), to all digits in both tails: Phi(-a) = e g inverse with e = e^(-a^2 / 2),
/// inverse = 1 / (a + 4), and g a polynomial of t = (a - 4) / (a + 4), after Shepherd and Laframboise 1981, which falls from 2 at
/// a = 0 to 0.4. The coefficients are those of the Chebyshev interpolant: relative error 5e-11 up to a = 15 for floats, 8e-17
/// up to 39 for doubles.
/// </summary>
internal static class NormalTail<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>2^-64: e is kept 2^64 times as large, so that the product is rounded among the subnormals once, at the end.</summary>
    private const double Lowering = 5.421010862427522e-20;

    /// <summary>max(0, x) - |x| Phi(-|x|), whose second term has no cancellation in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu(V x)
    {
        Factors(x, out V a, out V inverse, out V g, out V e);
        return V.Fma(e * (g * (a * inverse)), -Lowering, V.Max(0, x));
    }

    /// <summary>d = Phi(-a) - a phi(a) for x = -a, 1 - d for x = a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluDerivative(V x)
    {
        Factors(x, out V a, out V inverse, out V g, out V e);
        V d = e * V.Fma(a, -0.39894228040143267794, g * inverse) * Lowering;
        return V.Where(x < 0, d, 1 - d);
    }

    /// <summary>
    /// a = |x|, up to where e^(-a^2 / 2) is 0, and the factors of Phi(-a), e times 2^64.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Factors(V x, out V a, out V inverse, out V g, out V e)
    {
        a = V.Min(typeof(T) == typeof(float) ? 15 : 39, V.Abs(x));
        inverse = 1 / (a + 4);
        V t = (a - 4) * inverse;

        // What squaring rounds away is up to 1e-13 (5e-6), and so would be the error of e.
        V square = a * a;
        e = Exponentials<V, T>.LiftedExpOfMinus(square * 0.5, V.Fma(a, a, -square) * 0.5);
        g = typeof(T) == typeof(float) ? PolynomialOfFloat(t) : PolynomialOfDouble(t);
    }

    /// <summary>The even and the odd powers apart: two chains take half the time of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PolynomialOfFloat(V t)
    {
        V z = t * t;
        V even = V.Fma(7.986636466484679e-06, z, -8.212023890843143e-06);
        even = V.Fma(even, z, 0.00013511199485466383);
        V odd = V.Fma(3.473079499654104e-05, z, -0.00023379210965677032);
        even = V.Fma(even, z, -0.003479855423990667);
        odd = V.Fma(odd, z, 0.0016320924414412392);
        even = V.Fma(even, z, 0.06039657247824439);
        odd = V.Fma(odd, z, -0.0075404106992170185);
        even = V.Fma(even, z, 0.3871374013959195);
        odd = V.Fma(odd, z, -0.18652184268767402);
        even = V.Fma(even, z, 0.7552851304091687);
        odd = V.Fma(odd, z, -0.6078966422697328);
        return V.Fma(odd, t, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PolynomialOfDouble(V t)
    {
        V z = t * t;
        V even = V.Fma(-2.5220994578780736e-09, z, 1.961961086135556e-08);
        V odd = V.Fma(-7.262419810409579e-10, z, 1.91827702037334e-09);
        even = V.Fma(even, z, -8.540841815685125e-08);
        odd = V.Fma(odd, z, 1.3280797787310328e-08);
        even = V.Fma(even, z, 2.7180452962592834e-07);
        odd = V.Fma(odd, z, -1.549649174224745e-07);
        even = V.Fma(even, z, -6.296965605815823e-07);
        odd = V.Fma(odd, z, 1.0215540371961016e-06);
        even = V.Fma(even, z, 7.166663245221031e-07);
        odd = V.Fma(odd, z, -5.9201733230161025e-06);
        even = V.Fma(even, z, -1.9082584797734333e-06);
        odd = V.Fma(odd, z, 3.5144686053003464e-05);
        even = V.Fma(even, z, 0.00013334431240964574);
        odd = V.Fma(odd, z, -0.000231094935169459);
        even = V.Fma(even, z, -0.003479692367393595);
        odd = V.Fma(odd, z, 0.0016308184575887011);
        even = V.Fma(even, z, 0.06039657489093656);
        odd = V.Fma(odd, z, -0.007540188966726791);
        even = V.Fma(even, z, 0.38713740074221453);
        odd = V.Fma(odd, z, -0.18652185795965726);
        even = V.Fma(even, z, 0.7552851304157515);
        odd = V.Fma(odd, z, -0.6078966419718921);
        return V.Fma(odd, t, even);
    }
}
