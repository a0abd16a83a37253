using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// e^x times a fixed power of two, as fast as the multipliers allow: x = n ln 2 + r with n a multiple of 1/16, so
/// e^x = 2^floor(n) 2^(j/16) e^r with |r| &lt;= ln 2 / 32: a table entry and a polynomial of degree 3 (float, 5e-9) or
/// 6 (double, 3e-17), within 1.5 ULP (see the remarks). The constants are fields so that they stay in registers around the caller's loop.
/// </summary>
/// <remarks>
/// ln 2 is subtracted in one part for floats that are not divided: the float nearest ln 2 is off by 2.7e-9 of it, so e^x comes out as e to
/// x (1 + 2.7e-9), a twentieth of the rounding x itself has had: another 0.05 |x| ULP, relative 1.9e-7 at the largest |x| (70) a sum is trusted for, and one
/// operation of eight less. Divided rows reach x = 1e5 and take two parts, as doubles do.
/// Arguments are clamped where the scaled result would leave the normal numbers: a subnormal result costs a microcode
/// assist (80 times the arithmetic). What the clamp changes is below 2^-126 (2^-1022) after scaling, or above
/// 2^126 (2^1022), which callers must detect in the sum.
/// </remarks>
internal readonly struct ExpKernel<T, TVector, TRegister>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TVector : struct
    where TRegister : struct, IRegister<TVector, T>
{
    private readonly TVector _offset, _log2E, _shifter, _ln2High, _ln2Low, _c2, _c3, _c4, _c5, _c6, _one, _minimum, _maximum, _power;
    private readonly ExpTable<T> _table;

    /// <param name="exponent">The result is e^x * 2^exponent; within the type's normal exponents.</param>
    /// <param name="shift">What is subtracted from x, and the power of two the result is divided by.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExpKernel(int exponent, in RowShift<T> shift = default)
    {
        double power = shift.Power;
        _offset = TRegister.Create(shift.Offset);
        _power = Of(power);
        _one = Of(1);
        _table = new ExpTable<T>(exponent, (long)power);
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
    }

    /// <summary>e^x 2^exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Exp(TVector x) => Exp<NoShift>(x);

    /// <summary>e^x 2^exponent, less the shift: one more operation where it subtracts, two where it divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Exp<TShift>(TVector x)
        where TShift : struct, IShift
    {
        (TVector entry, TVector p) = Factors<TShift>(x);
        return TRegister.Multiply(entry, p);
    }

    /// <summary>
    /// e^x 2^(exponent - power), each element with a whole power of its own; where that is 0 the bits of <see cref="Exp(TVector)"/>, else of a
    /// division by the power.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector ExpBy(TVector x, TVector power)
    {
        TVector ln2 = TRegister.Subtract(default, _ln2High);
        x = TRegister.AtLeast(TRegister.Fma(power, ln2, _minimum), x);
        if (!Avx512F.IsSupported) x = TRegister.AtMost(TRegister.Fma(power, ln2, _maximum), x);
        TVector shifted = TRegister.Fma(x, _log2E, _shifter);
        TVector entry = TRegister.Entry(_table, TRegister.Subtract(shifted, power));
        TVector n = TRegister.Subtract(shifted, _shifter);
        TVector r = TRegister.Fma(n, _ln2High, x);
        TVector low = typeof(T) == typeof(float) ? TRegister.AtMost(_ln2Low, TRegister.Multiply(power, power)) : _ln2Low;
        return TRegister.Multiply(TRegister.Scale(entry, TRegister.Subtract(n, power)), Polynomial(TRegister.Fma(n, low, r)));
    }

    /// <summary>
    /// sum + e^x 2^exponent, less the shift, rounded once: an operation less than adding the exponential. With
    /// <typeparamref name="TStored"/> that goes to <paramref name="e"/> besides; the sum is the same bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe TVector AddTo<TShift, TStored>(TVector sum, TVector x, T* e)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        (TVector entry, TVector p) = Factors<TShift>(x);
        if (TStored.Value) TRegister.Store(TRegister.Multiply(entry, p), e);
        return TRegister.Fma(entry, p, sum);
    }

    /// <summary>The scaled table entry and the polynomial, whose product is the exponential.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (TVector Entry, TVector P) Factors<TShift>(TVector x)
        where TShift : struct, IShift
    {
        if (TShift.Subtracts) x = TRegister.Subtract(x, _offset);
        x = TRegister.AtLeast(_minimum, x);

        // Scaling by an instruction overflows to infinity by itself; integer arithmetic on exponents would wrap around.
        if (!Avx512F.IsSupported) x = TRegister.AtMost(_maximum, x);
        TVector shifted = TRegister.Fma(x, _log2E, _shifter);
        TVector entry = TRegister.Entry(_table, shifted); // first: where registers are few, what it needs is free again
        TVector n = TRegister.Subtract(shifted, _shifter);
        TVector r = TRegister.Fma(n, _ln2High, x);
        if (TShift.Divides || typeof(T) == typeof(double)) r = TRegister.Fma(n, _ln2Low, r);
        if (TShift.Divides) n = TRegister.Subtract(n, _power); // where there is no scaling instruction the table has it
        return (TRegister.Scale(entry, n), Polynomial(r));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Polynomial(TVector r)
    {
        TVector p;
        if (typeof(T) == typeof(float))
        {
            p = TRegister.Fma(_c3, r, _c2);
        }
        else
        {
            p = TRegister.Fma(TRegister.Fma(_c6, r, _c5), r, _c4);
            p = TRegister.Fma(TRegister.Fma(p, r, _c3), r, _c2);
        }

        return TRegister.Fma(TRegister.Fma(p, r, _one), r, _one);
    }

    /// <summary><see cref="Exp(TVector)"/> of a vector of lanes, through memory where it is more than a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe Vector512<T> ExpLanes<TShift>(Vector512<T> x)
        where TShift : struct, IShift
    {
        if (typeof(TVector) == typeof(Vector512<T>))
        {
            return Unsafe.BitCast<TVector, Vector512<T>>(Exp<TShift>(Unsafe.BitCast<Vector512<T>, TVector>(x)));
        }

        T* p = (T*)&x;
        for (nint i = 0; i < Vector512<T>.Count; i += TRegister.Count) TRegister.Store(Exp<TShift>(TRegister.Load(p + i)), p + i);
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Of(double value) => TRegister.Create(T.CreateTruncating(value));
}
