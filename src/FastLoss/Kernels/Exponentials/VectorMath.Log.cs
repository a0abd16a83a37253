using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastLoss.Kernels;

namespace FastLoss;

internal static partial class VectorMath
{
    /// <summary>The natural logarithm, within 1 ULP. Log of 0 is -infinity, of a negative number or NaN is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.IsSupported ? LogInline(x) : LogCalled(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> LogCalled<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogInline(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogInline<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> result = LogOfPositive(x, Vector512<T>.Zero);
        return LogLimits(x, result);
    }

    /// <summary>ln(1 + x) with full relative accuracy near 0, within 1.5 ULP. -1 gives -infinity, less gives NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log1P<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.IsSupported ? Log1PInline(x) : Log1PCalled(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> Log1PCalled<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Log1PInline(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Log1PInline<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> u = one + x;

        // What the addition rounded away: x - (u - 1) for x < 1, 1 - (u - x) above, where u - 1 would round again.
        Vector512<T> lost = Lanes.Select(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        lost = Lanes.Select(Vector512.LessThan(u, Of<T>(1e30)), lost, Vector512<T>.Zero);
        Vector512<T> result = LogLimits(u, LogOfPositive(u, lost));

        // Below half an ULP of 1, u is 1 and ln(1 + x) is x to all its digits (and keeps the sign of -0).
        Vector512<T> tiny = typeof(T) == typeof(float) ? Of<T>(1e-8) : Of<T>(1e-17);
        return Lanes.Select(Vector512.LessThan(Vector512.Abs(x), tiny), x, result);
    }

    /// <summary>
    /// ln(1 + a / b) for positive normal a and b with a finite sum, within 2.5 ULP; NaN where either is. For floats with one
    /// division, where the ratio and its <see cref="Log1P{T}"/> take three.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> Log1POfRatio<T>(Vector512<T> a, Vector512<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) ? Log1P(a / b)
        : Avx512F.IsSupported ? LogOfQuotient(a.AsSingle(), b.AsSingle()).As<float, T>()
        : LogOfQuotientCalled(a.AsSingle(), b.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> LogOfQuotientCalled(Vector512<float> a, Vector512<float> b) => LogOfQuotient(a, b);

    /// <summary>
    /// (a + b) / b is 2^k (1 + s) / (1 - s) with s = (a + b - 2^k b) / (a + b + 2^k b). The difference of the bit patterns is the
    /// logarithm within 0.086, so k leaves |s| below 0.2, for which <see cref="LogRest"/> still has 28 bits (not so for doubles).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogOfQuotient(Vector512<float> a, Vector512<float> b)
    {
        Vector512<float> sum = a + b;
        Vector512<int> exponent = (sum.AsInt32() - b.AsInt32() + Vector512.Create(1 << 22)) >> 23;
        Vector512<float> k = Vector512.ConvertToSingle(exponent);
        Vector512<float> power = (b.AsInt32() + (exponent << 23)).AsSingle();
        Vector512<float> s = (a - (power - b)) / (sum + power); // where k is 0 or 1 the numerator is exact, or nearly
        Vector512<float> tail = Lanes.Fma(s, LogRest(s * s), k * 9.0580006145e-06f);
        return Lanes.Fma(k, Vector512.Create(6.9313812256e-01f), s + s + tail);
    }

    /// <summary>
    /// ln(x + lost) for positive x and |lost| below an ULP of x: x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1,
    /// s = f / (2 + f), ln m = f - (f^2/2 - s (f^2/2 + R(s^2))). The form and R's coefficients are those of fdlibm
    /// (e_log.c and e_logf.c, Sun Microsystems 1993), whose error is below 1 ULP.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogOfPositive<T>(Vector512<T> x, Vector512<T> lost)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.IsSupported ? LogOfPositiveInline(x, lost) : LogOfPositiveCalled(x, lost);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> LogOfPositiveCalled<T>(Vector512<T> x, Vector512<T> lost)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogOfPositiveInline(x, lost);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogOfPositiveInline<T>(Vector512<T> x, Vector512<T> lost)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> m, k;
        Vector512<T> original = x;
        if (typeof(T) == typeof(float))
        {
            // Subnormals are lifted by 2^23 first.
            Vector512<float> small = Vector512.LessThan(x.AsSingle(), Vector512.Create(1.17549435e-38f));
            Vector512<float> v = Lanes.Select(small, x.AsSingle() * 8388608f, x.AsSingle());
            Vector512<int> bits = v.AsInt32() + Vector512.Create(0x3f800000 - 0x3f3504f3); // sqrt(1/2) becomes a power of two
            Vector512<int> exponent = (bits >>> 23) - Vector512.Create(127);
            k = (Vector512.ConvertToSingle(exponent)
                - Lanes.Select(small, Vector512.Create(23f), Vector512<float>.Zero)).As<float, T>();
            m = ((bits & Vector512.Create(0x007fffff)) + Vector512.Create(0x3f3504f3)).As<int, T>();
        }
        else
        {
            Vector512<double> small = Vector512.LessThan(x.AsDouble(), Vector512.Create(2.2250738585072014E-308));
            Vector512<double> v = Lanes.Select(small, x.AsDouble() * 4503599627370496.0, x.AsDouble());
            Vector512<long> bits = v.AsInt64() + Vector512.Create(0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
            Vector512<long> exponent = (bits >>> 52) - Vector512.Create(1023L);

            // An integer added to the bits of 1.5 2^52 is that integer, as a double, above it.
            Vector512<double> shifter = Vector512.Create(1.5 * (1L << 52));
            Vector512<double> converted = (exponent + shifter.AsInt64()).AsDouble() - shifter;
            k = (converted - Lanes.Select(small, Vector512.Create(52.0), Vector512<double>.Zero)).As<double, T>();
            m = ((bits & Vector512.Create(0x000fffffffffffff)) + Vector512.Create(0x3fe6a09e667f3bcd)).As<long, T>();
        }

        return LogOfParts(k, m - Vector512<T>.One, lost / original);
    }

    /// <summary>k ln 2 + ln(1 + f) + <paramref name="correction"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogOfParts<T>(Vector512<T> k, Vector512<T> f, Vector512<T> correction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.IsSupported ? LogOfPartsInline(k, f, correction) : LogOfPartsCalled(k, f, correction);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> LogOfPartsCalled<T>(Vector512<T> k, Vector512<T> f, Vector512<T> correction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogOfPartsInline(k, f, correction);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogOfPartsInline<T>(Vector512<T> k, Vector512<T> f, Vector512<T> correction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> s = f / (f + Of<T>(2));
        Vector512<T> halfSquare = f * f * Of<T>(0.5);
        Vector512<T> rest = LogRest(s * s);
        Vector512<T> high = typeof(T) == typeof(float) ? Of<T>(6.9313812256e-01) : Of<T>(6.93147180369123816490e-01);
        Vector512<T> low = typeof(T) == typeof(float) ? Of<T>(9.0580006145e-06) : Of<T>(1.90821492927058770002e-10);
        Vector512<T> tail = halfSquare - Lanes.Fma(s, halfSquare + rest, Lanes.Fma(k, low, correction));
        return Lanes.Fma(k, high, f - tail);
    }

    /// <summary>R of <see cref="LogOfPositive{T}"/>: (ln(1 + f) - f + f^2/2 - s f^2/2) / s for f = 2s / (1 - s), z = s^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogRest<T>(Vector512<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> rest;
        if (typeof(T) == typeof(float))
        {
            rest = Lanes.Fma(Of<T>(0.24279078841), z, Of<T>(0.28498786688));
            rest = Lanes.Fma(rest, z, Of<T>(0.40000972152));
            return Lanes.Fma(rest, z, Of<T>(0.66666662693)) * z;
        }

        rest = Lanes.Fma(Of<T>(1.479819860511658591e-01), z, Of<T>(1.531383769920937332e-01));
        rest = Lanes.Fma(rest, z, Of<T>(1.818357216161805012e-01));
        rest = Lanes.Fma(rest, z, Of<T>(2.222219843214978396e-01));
        rest = Lanes.Fma(rest, z, Of<T>(2.857142874366239149e-01));
        rest = Lanes.Fma(rest, z, Of<T>(3.999999999940941908e-01));
        return Lanes.Fma(rest, z, Of<T>(6.666666666666735130e-01)) * z;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> LogLimits<T>(Vector512<T> x, Vector512<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> infinity = Vector512.Create(T.PositiveInfinity);
        result = Lanes.Select(Vector512.Equals(x, infinity), x, result);
        result = Lanes.Select(Vector512.Equals(x, zero), -infinity, result);
        return Lanes.Select(Vector512.GreaterThanOrEqual(x, zero), result, Vector512.Create(T.NaN));
    }
}
