using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// Elementary functions over <see cref="Vector512{T}"/> of float or double, for writing losses as formulas. Each gives
/// the same bits on every machine and vector width, for every input including NaN, infinities, zeros and subnormals.
/// Errors are stated in ULP of the result, measured over all floats and over 10^8 doubles.
/// </summary>
/// <remarks>
/// Each function is inlined where a vector is one register, and called where it is two or four: there every operation is inlined
/// as several, and a method ends at the JIT's 512 locals. One that inlines two logarithms becomes calls operation by
/// operation (14.8 ns per element instead of 2.6). The condition must be the intrinsic itself to be folded in time.
/// </remarks>
internal static partial class VectorMath
{
    /// <summary>e^x, within 1.25 ULP. Overflows to +infinity, underflows through the subnormals to 0; NaN gives NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.IsSupported ? ExpInline(x) : ExpCalled(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> ExpCalled<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ExpInline(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> ExpInline<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> low = typeof(T) == typeof(float) ? Of<T>(-104.5) : Of<T>(-746);
        Vector512<T> high = typeof(T) == typeof(float) ? Of<T>(89) : Of<T>(710);
        x = Lanes.AtMost(high, Lanes.AtLeast(low, x));
        Vector512<T> shifter = typeof(T) == typeof(float) ? Of<T>(1.5 * (1 << 19)) : Of<T>(1.5 * (1L << 48));
        Vector512<T> shifted = Lanes.Fma(x, Of<T>(1.44269504088896340736), shifter);
        Vector512<T> n = shifted - shifter;
        Vector512<T> entry = ExpEntries.Lookup(ExpEntries.Low<T>(), ExpEntries.High<T>(), shifted);
        Vector512<T> r, q;
        if (typeof(T) == typeof(float))
        {
            r = Lanes.Fma(n, Of<T>(1.9046542121259336e-09), Lanes.Fma(n, Of<T>(-0.6931471824645996), x));
            q = Lanes.Fma(Of<T>(0.1666686236858368), r, Of<T>(0.5000097751617432));
        }
        else
        {
            r = Lanes.Fma(n, Of<T>(-2.3190468138462996e-17), Lanes.Fma(n, Of<T>(-0.6931471805599453), x));
            q = Lanes.Fma(Of<T>(0.0013889034639666229), r, Of<T>(0.008333449934107185));
            q = Lanes.Fma(q, r, Of<T>(0.04166666666495362));
            q = Lanes.Fma(q, r, Of<T>(0.16666666665296223));
            q = Lanes.Fma(q, r, Of<T>(0.5));
        }

        // entry + entry * (e^r - 1) rounds once at the size of the result; entry * e^r would round twice.
        q = Lanes.Fma(q, r * r, r);
        return TimesPowerOfTwo(Lanes.Fma(entry, q, entry), n, shifted);
    }

    /// <summary>v * 2^floor(n), rounded once, with the subnormals; <paramref name="shifted"/> holds 16 n in its low bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> TimesPowerOfTwo<T>(Vector512<T> v, Vector512<T> n, Vector512<T> shifted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.Scale(v.AsSingle(), n.AsSingle()).As<float, T>()
                : Avx512F.Scale(v.AsDouble(), n.AsDouble()).As<double, T>();
        }

        // In two factors, because 2^-150 and 2^1024 are no normal numbers: the first product is exact, the second rounds.
        if (typeof(T) == typeof(float))
        {
            Vector512<int> exponent = (shifted.AsInt32() << 10) >> 14; // drops the shifter's own bits and the 4 index bits
            return PowersOfTwo(v, exponent >> 1, exponent - (exponent >> 1));
        }
        else
        {
            Vector512<long> exponent = (shifted.AsInt64() << 13) >> 17;
            return PowersOfTwo(v, exponent >> 1, exponent - (exponent >> 1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PowersOfTwo<T>(Vector512<T> v, Vector512<int> first, Vector512<int> second) =>
        (v.AsSingle() * ((first + Vector512.Create(127)) << 23).AsSingle()
            * ((second + Vector512.Create(127)) << 23).AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PowersOfTwo<T>(Vector512<T> v, Vector512<long> first, Vector512<long> second) =>
        (v.AsDouble() * ((first + Vector512.Create(1023L)) << 52).AsDouble()
            * ((second + Vector512.Create(1023L)) << 52).AsDouble()).As<double, T>();

    /// <summary>e^x - 1 with full relative accuracy near 0, within 1.9 ULP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpM1<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Avx512F.IsSupported ? ExpM1Inline(x) : ExpM1Called(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> ExpM1Called<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ExpM1Inline(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> ExpM1Inline<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // No table here: its rounding error would be large beside a result near 0. x = k ln 2 + r, |r| <= ln 2 / 2.
        Vector512<T> low = typeof(T) == typeof(float) ? Of<T>(-25) : Of<T>(-50); // e^x - 1 rounds to -1 from here down
        Vector512<T> high = typeof(T) == typeof(float) ? Of<T>(89) : Of<T>(710);
        Vector512<T> clamped = Lanes.AtMost(high, Lanes.AtLeast(low, x));
        Vector512<T> shifter = typeof(T) == typeof(float) ? Of<T>(1.5 * (1 << 23)) : Of<T>(1.5 * (1L << 52));
        Vector512<T> k = Lanes.Fma(clamped, Of<T>(1.44269504088896340736), shifter) - shifter;
        Vector512<T> r = typeof(T) == typeof(float)
            ? Lanes.Fma(k, Of<T>(1.9046542121259336e-09), Lanes.Fma(k, Of<T>(-0.6931471824645996), clamped))
            : Lanes.Fma(k, Of<T>(-2.3190468138462996e-17), Lanes.Fma(k, Of<T>(-0.6931471805599453), clamped));
        Vector512<T> q = ExpM1Near0(r);

        // 2^k q + (2^k - 1), with half of 2^k so that 2^1024 does not overflow before the result does.
        Vector512<T> half = HalfPowerOfTwo(k);
        Vector512<T> result = Lanes.Fma(half, q, half - Of<T>(0.5));
        result += result;
        return Lanes.Select(Vector512.Equals(x, Vector512<T>.Zero), x, result); // keeps -0
    }

    /// <summary>e^x - 1 for |x| at most ln 2 / 2, where it needs no reduction: the bits of <see cref="ExpM1"/> at a third of its cost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> ExpM1Near0<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> q;
        if (typeof(T) == typeof(float))
        {
            q = Lanes.Fma(Of<T>(0.000198910798644647), x, Of<T>(0.0013933731243014336));
            q = Lanes.Fma(q, x, Of<T>(0.00833331048488617));
            q = Lanes.Fma(q, x, Of<T>(0.041666463017463684));
            q = Lanes.Fma(q, x, Of<T>(0.1666666716337204));
        }
        else
        {
            q = Lanes.Fma(Of<T>(2.0914755326230286e-09), x, Of<T>(2.5105312729622103e-08));
            q = Lanes.Fma(q, x, Of<T>(2.7557273478717465e-07));
            q = Lanes.Fma(q, x, Of<T>(2.755725517000089e-06));
            q = Lanes.Fma(q, x, Of<T>(2.4801587325677464e-05));
            q = Lanes.Fma(q, x, Of<T>(0.0001984126987500228));
            q = Lanes.Fma(q, x, Of<T>(0.0013888888888883711));
            q = Lanes.Fma(q, x, Of<T>(0.008333333333326084));
            q = Lanes.Fma(q, x, Of<T>(0.04166666666666667));
            q = Lanes.Fma(q, x, Of<T>(0.1666666666666667));
        }

        return Lanes.Fma(Lanes.Fma(q, x, Of<T>(0.5)), x * x, x);
    }

    /// <summary>2^(k-1) for an integer k from -1021 (-125) to 1024 (128).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> HalfPowerOfTwo<T>(Vector512<T> k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? ((Vector512.ConvertToInt32(k.AsSingle()) + Vector512.Create(126)) << 23).As<int, T>()
            : (((k.AsDouble() + Vector512.Create(1.5 * (1L << 52))).AsInt64() + Vector512.Create(1022L)) << 52).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> Of<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Vector512.Create((float)value).As<float, T>() : Vector512.Create(value).As<double, T>();
}
