using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// e^x times a fixed power of two, as fast as the multipliers allow: x = n ln 2 + r with n a multiple of 1/16, so
/// e^x = 2^floor(n) 2^(j/16) e^r with |r| &lt;= ln 2 / 32: a table entry and a polynomial of degree 3 (float, 5e-9) or
/// 6 (double, 3e-17). ln 2 is subtracted in two parts, which keeps 1.5 ULP also for x far from 0.
/// The constants are fields so that they stay in registers around the caller's loop.
/// </summary>
/// <remarks>
/// Arguments are clamped where the scaled result would leave the normal numbers: a subnormal result costs a microcode
/// assist (80 times the arithmetic). What the clamp changes is below 2^-126 (2^-1022) after scaling, or above
/// 2^126 (2^1022), which callers must detect in the sum.
/// </remarks>
internal readonly struct ExpKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> _log2E, _shifter, _ln2High, _ln2Low, _c2, _c3, _c4, _c5, _c6, _one;
    private readonly Vector512<T> _minimum, _maximum, _tableLow, _tableHigh, _exponentBias, _power;

    /// <param name="exponent">The result is e^x * 2^exponent; within the type's normal exponents.</param>
    /// <param name="power">What <see cref="ExpShifted"/> multiplies by besides: 2^-power, any integer; 0 for <see cref="Exp"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExpKernel(int exponent, double power = 0)
    {
        _power = Of(power);
        _one = Vector512<T>.One;
        if (typeof(T) == typeof(float))
        {
            _log2E = Of(1.44269504088896340736);
            _shifter = Of(1.5 * (1 << 19)); // the sum's last mantissa bit is 1/16
            _ln2High = Of(-0.6931471824645996);
            _ln2Low = Of(1.9046542121259336e-09);
            _c2 = Of(0.5000097751617432);
            _c3 = Of(0.1666686236858368);
            _minimum = Of((-125.9 - exponent + power) * 0.693147180559945);
            _maximum = Of((127.5 - exponent + power) * 0.6931471);
        }
        else
        {
            _log2E = Of(1.44269504088896340736);
            _shifter = Of(1.5 * (1L << 48));
            _ln2High = Of(-0.6931471805599453);
            _ln2Low = Of(-2.3190468138462996e-17);
            _c2 = Of(0.5);
            _c3 = Of(0.16666666665296223);
            _c4 = Of(0.04166666666495362);
            _c5 = Of(0.008333449934107185);
            _c6 = Of(0.0013889034639666229);
            _minimum = Of((-1021.9 - exponent + power) * 0.693147180559945);
            _maximum = Of((1023.5 - exponent + power) * 0.693147180559945);
        }

        _tableLow = ExpTable.Low<T>();
        _tableHigh = ExpTable.High<T>();
        if (Avx512F.IsSupported)
        {
            Vector512<T> scale = typeof(T) == typeof(float)
                ? Vector512.Create((127 + exponent) << 23).As<int, T>()
                : Vector512.Create((1023L + exponent) << 52).As<long, T>();
            _tableLow *= scale;
            _tableHigh *= scale;
        }
        else
        {
            // Integer arithmetic on the exponent: adding k << 19 to a float's bits also adds the index j = k mod 16 to its
            // mantissa, which the entry has subtracted beforehand. Doubles are gathered from memory, so they cannot.
            if (typeof(T) == typeof(float))
            {
                Vector512<int> unindexed = _tableLow.AsInt32() + Vector512.Create((exponent - (int)power) << 23);
                _tableLow = (unindexed - (Vector512<int>.Indices << 19)).As<int, T>();
            }

            _exponentBias = Vector512.Create((exponent - (long)power) << 52).As<long, T>();
        }
    }

    /// <summary>e^x 2^exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Exp(Vector512<T> x) => Exp<No>(x);

    /// <summary>e^x 2^(exponent - power), at the cost of one more addition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> ExpShifted(Vector512<T> x) => Exp<Yes>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Exp<TShifted>(Vector512<T> x)
        where TShifted : struct, IFlag
    {
        x = Lanes.AtLeast(_minimum, x);

        // Scaling by an instruction overflows to infinity by itself; integer arithmetic on exponents would wrap around.
        if (!Avx512F.IsSupported) x = Lanes.AtMost(_maximum, x);
        Vector512<T> shifted = Lanes.Fma(x, _log2E, _shifter);
        Vector512<T> n = shifted - _shifter;
        Vector512<T> r = Lanes.Fma(n, _ln2Low, Lanes.Fma(n, _ln2High, x));
        Vector512<T> entry = ExpTable.Lookup(_tableLow, _tableHigh, shifted);
        if (TShifted.Value) n -= _power; // the integer branches have it in the table
        return Scale(entry, n, shifted) * Polynomial(r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Scale(Vector512<T> entry, Vector512<T> n, Vector512<T> shifted)
    {
        if (typeof(T) == typeof(float))
        {
            return Avx512F.IsSupported
                ? Avx512F.Scale(entry.AsSingle(), n.AsSingle()).As<float, T>()
                : (entry.AsInt32() + (shifted.AsInt32() << 19)).As<int, T>();
        }

        return Avx512F.IsSupported
            ? Avx512F.Scale(entry.AsDouble(), n.AsDouble()).As<double, T>()
            : (entry.AsInt64() + _exponentBias.AsInt64() + ((shifted.AsInt64() >> 4) << 52)).As<long, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Polynomial(Vector512<T> r)
    {
        Vector512<T> p = typeof(T) == typeof(float)
            ? Lanes.Fma(_c3, r, _c2)
            : Lanes.Fma(Lanes.Fma(Lanes.Fma(Lanes.Fma(_c6, r, _c5), r, _c4), r, _c3), r, _c2);
        return Lanes.Fma(Lanes.Fma(p, r, _one), r, _one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Of(double value) => Vector512.Create(T.CreateTruncating(value));
}
