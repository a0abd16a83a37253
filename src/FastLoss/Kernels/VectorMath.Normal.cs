using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>The normal distribution's part in x Phi(x), to all digits in both tails.</summary>
public static partial class VectorMath
{
    /// <summary>
    /// x Phi(x), Phi the standard normal distribution: within 0.51 ULP in float and 8 ULP in double, measured over 4 10^5 floats and 3 10^6
    /// doubles, down to where the result underflows. Floats are computed in double: the exponential, the quotient, the polynomial and their
    /// products would each round in float, to more than 2 ULP together. 0 at -infinity, +infinity at +infinity; NaN gives NaN. Keeps the
    /// sign of 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static Vector512<T> Gelu<T>(Vector512<T> x) => typeof(T) == typeof(double)
        ? GeluWide<No>(x.AsDouble()).As<double, T>()
        : Vector512.Narrow(
            GeluWide<Yes>(Vector512.WidenLower(x.AsSingle())), GeluWide<Yes>(Vector512.WidenUpper(x.AsSingle()))).As<float, T>();

    /// <summary>Phi(x) + x phi(x), the derivative of x Phi(x): within 1 ULP (float) or 8 ULP (double) of max(Phi(x), |x phi(x)|).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal static Vector512<T> GeluDerivative<T>(Vector512<T> x) => typeof(T) == typeof(double)
        ? GeluDerivativeWide<No>(x.AsDouble()).As<double, T>()
        : Vector512.Narrow(
            GeluDerivativeWide<Yes>(Vector512.WidenLower(x.AsSingle())),
            GeluDerivativeWide<Yes>(Vector512.WidenUpper(x.AsSingle()))).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> GeluWide<TFloat>(Vector512<double> x)
        where TFloat : struct, IFlag => Avx512F.IsSupported ? GeluInline<TFloat>(x) : GeluCalled<TFloat>(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> GeluCalled<TFloat>(Vector512<double> x)
        where TFloat : struct, IFlag => GeluInline<TFloat>(x);

    /// <summary>max(0, x) - |x| Phi(-|x|), whose second term has no cancellation in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> GeluInline<TFloat>(Vector512<double> x)
        where TFloat : struct, IFlag
    {
        NormalTail<TFloat>(x, out Vector512<double> a, out Vector512<double> inverse, out Vector512<double> g, out Vector512<double> e);
        return Formula.PositivePart(x) - (e * (g * (a * inverse)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> GeluDerivativeWide<TFloat>(Vector512<double> x)
        where TFloat : struct, IFlag => Avx512F.IsSupported ? GeluDerivativeInline<TFloat>(x) : GeluDerivativeCalled<TFloat>(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<double> GeluDerivativeCalled<TFloat>(Vector512<double> x)
        where TFloat : struct, IFlag => GeluDerivativeInline<TFloat>(x);

    /// <summary>d = Phi(-a) - a phi(a) for x = -a, 1 - d for x = a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> GeluDerivativeInline<TFloat>(Vector512<double> x)
        where TFloat : struct, IFlag
    {
        NormalTail<TFloat>(x, out Vector512<double> a, out Vector512<double> inverse, out Vector512<double> g, out Vector512<double> e);
        Vector512<double> d = e * Lanes.Fma(a, Of<double>(-0.39894228040143267794), g * inverse);
        return Lanes.Select(Vector512.LessThan(x, Vector512<double>.Zero), d, Vector512<double>.One - d);
    }

    /// <summary>
    /// a = |x|, up to where e^(-a^2 / 2) is 0, and the factors of Phi(-a) = e g inverse: e = e^(-a^2 / 2), inverse = 1 / (a + 4), and g
    /// a polynomial of t = (a - 4) / (a + 4), after Shepherd and Laframboise 1981, which falls from 2 at a = 0 to 0.4. The
    /// coefficients are those of the Chebyshev interpolant: relative error 5e-11 up to a = 15 for floats, 8e-17 up to 39 for doubles.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NormalTail<TFloat>(
        Vector512<double> x, out Vector512<double> a, out Vector512<double> inverse, out Vector512<double> g, out Vector512<double> e)
        where TFloat : struct, IFlag
    {
        a = Lanes.AtMost(typeof(TFloat) == typeof(Yes) ? Of<double>(15) : Of<double>(39), Vector512.Abs(x));
        Vector512<double> four = Of<double>(4);
        inverse = Vector512<double>.One / (a + four);
        Vector512<double> t = (a - four) * inverse;
        Vector512<double> square = a * a, half = Of<double>(-0.5);
        e = Exp(square * half);
        if (typeof(TFloat) == typeof(Yes))
        {
            g = Polynomial(t, NormalFloat);
            return;
        }

        // What squaring rounds away is up to 1e-13, and so would be the error of e.
        e = Lanes.Fma(e, Lanes.Fma(a, a, -square) * half, e);
        g = Polynomial(t, NormalDouble);
    }

    /// <summary>
    /// The even and the odd powers apart, the highest first: two chains take half the time of one. A loop, because written out it has more
    /// operations than the JIT's 512 locals hold where a vector is two registers (160 ns per element instead of 5).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Polynomial(Vector512<double> t, ReadOnlySpan<double> coefficients)
    {
        Vector512<double> square = t * t, odd = Vector512.Create(coefficients[0]), even = Vector512.Create(coefficients[1]);
        for (int i = 3; i < coefficients.Length; i += 2)
        {
            odd = Lanes.Fma(odd, square, Vector512.Create(coefficients[i - 1]));
            even = Lanes.Fma(even, square, Vector512.Create(coefficients[i]));
        }

        return Lanes.Fma(odd, t, even);
    }

    private static ReadOnlySpan<double> NormalFloat =>
    [
        0,
        7.986636466484679e-06,
        3.473079499654104e-05,
        -8.212023890843143e-06,
        -0.00023379210965677032,
        0.00013511199485466383,
        0.0016320924414412392,
        -0.003479855423990667,
        -0.0075404106992170185,
        0.06039657247824439,
        -0.18652184268767402,
        0.3871374013959195,
        -0.6078966422697328,
        0.7552851304091687,
    ];

    private static ReadOnlySpan<double> NormalDouble =>
    [
        -7.262419810409579e-10,
        -2.5220994578780736e-09,
        1.91827702037334e-09,
        1.961961086135556e-08,
        1.3280797787310328e-08,
        -8.540841815685125e-08,
        -1.549649174224745e-07,
        2.7180452962592834e-07,
        1.0215540371961016e-06,
        -6.296965605815823e-07,
        -5.9201733230161025e-06,
        7.166663245221031e-07,
        3.5144686053003464e-05,
        -1.9082584797734333e-06,
        -0.000231094935169459,
        0.00013334431240964574,
        0.0016308184575887011,
        -0.003479692367393595,
        -0.007540188966726791,
        0.06039657489093656,
        -0.18652185795965726,
        0.38713740074221453,
        -0.6078966419718921,
        0.7552851304157515,
    ];
}
