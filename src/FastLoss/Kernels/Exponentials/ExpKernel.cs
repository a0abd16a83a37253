using System.Numerics;
using System.Runtime.CompilerServices;
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
internal readonly unsafe struct ExpKernel<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly V _offset, _log2E, _shifter, _ln2High, _ln2Low, _c2, _c3, _c4, _c5, _c6, _one, _minimum, _maximum, _power;
    private readonly ExpTable<T> _table;

    /// <summary>Of logits from which nothing is taken, where all is constant: each row of many waits for this.</summary>
    /// <param name="exponent">The result is e^x * 2^exponent; within the type's normal exponents.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExpKernel(int exponent)
        : this(exponent, 0)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ExpKernel(int exponent, double power)
    {
        _power = V.Parameter(power);
        _one = 1;
        _table = new ExpTable<T>(exponent, (long)power);
        _log2E = 1.44269504088896340736;
        if (typeof(T) == typeof(float))
        {
            _shifter = 1.5 * (1 << 19); // the sum's last mantissa bit is 1/16
            _ln2High = -0.6931471824645996;
            _ln2Low = 1.9046542121259336e-09;
            _c2 = 0.5000097751617432;
            _c3 = 0.1666686236858368;
            _minimum = (-125.9 - exponent + power) * 0.693147180559945;
            _maximum = (127.5 - exponent + power) * 0.6931471;
        }
        else
        {
            _shifter = 1.5 * (1L << 48);
            _ln2High = -0.6931471805599453;
            _ln2Low = -2.3190468138462996e-17;
            _c2 = 0.5;
            _c3 = 0.16666666665296223;
            _c4 = 0.04166666666495362;
            _c5 = 0.008333449934107185;
            _c6 = 0.0013889034639666229;
            _minimum = (-1021.9 - exponent + power) * 0.693147180559945;
            _maximum = (1023.5 - exponent + power) * 0.693147180559945;
        }
    }

    /// <summary>With what is subtracted from x, and the power of two the result is divided by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ExpKernel(int exponent, in RowShift<T> shift)
        : this(exponent, shift.Power)
    {
        T offset = shift.Offset;
        _offset = V.Broadcast(&offset);
    }

    /// <summary>For <see cref="Exp{TShift}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ExpKernel<V, T> Of<TShift>(int exponent, in RowShift<T> shift)
        where TShift : struct, IShift => TShift.Divides || TShift.Subtracts ? new(exponent, shift) : new(exponent);

    /// <summary>e^x 2^exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Exp(V x) => Exp<NoShift>(x);

    /// <summary>e^x 2^exponent, less the shift: one more operation where it subtracts, two where it divides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Exp<TShift>(V x)
        where TShift : struct, IShift
    {
        Factors<TShift, No>(x, x, out V entry, out V p, out _, out _);
        return entry * p;
    }

    /// <summary>
    /// e^x 2^(exponent - power), each element with a whole power of its own; where that is 0 the bits of <see cref="Exp(V)"/>, else of a
    /// division by the power.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V ExpBy(V x, V power)
    {
        V ln2 = -_ln2High;
        x = V.Max(V.Fma(power, ln2, _minimum), x);
        if (!Avx512F.IsSupported) x = V.Min(V.Fma(power, ln2, _maximum), x);
        V shifted = V.Fma(x, _log2E, _shifter);
        V entry = V.Entry(_table, shifted - power);
        V n = shifted - _shifter;
        V r = V.Fma(n, _ln2High, x);
        V low = typeof(T) == typeof(float) ? V.Min(_ln2Low, power * power) : _ln2Low;
        return V.ScaleEntry(entry, n - power) * Polynomial(V.Fma(n, low, r));
    }

    /// <summary>
    /// sum + e^x 2^exponent, less the shift, rounded once: an operation less than adding the exponential. With
    /// <typeparamref name="TStored"/> that goes to <paramref name="e"/> besides; the sum is the same bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V AddTo<TShift, TStored>(V sum, V x, T* e)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        Factors<TShift, No>(x, x, out V entry, out V p, out _, out _);
        if (TStored.Value) V.Store(entry * p, e);
        return V.Fma(entry, p, sum);
    }

    /// <summary>
    /// The same of the registers at x and after it, each to a sum of its own, by turns: the JIT keeps the order it is given, and a chain of
    /// dependent operations alone fills the scheduler with what waits (0.119 ns per float for a sum of exponentials, 0.106 in twos).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTwo<TShift, TStored>(ref V first, ref V second, T* x, T* e)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        Factors<TShift, Yes>(V.Load(x), V.Load(x + (sizeof(V) / sizeof(T))), out V entry, out V p, out V otherEntry, out V otherP);
        if (TStored.Value) V.Store(entry * p, e);
        if (TStored.Value) V.Store(otherEntry * otherP, e + (sizeof(V) / sizeof(T)));
        first = V.Fma(entry, p, first);
        second = V.Fma(otherEntry, otherP, second);
    }

    /// <summary>
    /// The scaled table entry and the polynomial, whose product is the exponential; with <typeparamref name="TTwo"/> those of y too,
    /// an operation of each by turns.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Factors<TShift, TTwo>(V x, V y, out V entry, out V p, out V otherEntry, out V otherP)
        where TShift : struct, IShift
        where TTwo : struct, IFlag
    {
        otherEntry = otherP = default;
        if (TShift.Subtracts) x -= _offset;
        if (TShift.Subtracts && TTwo.Value) y -= _offset;
        x = V.Max(_minimum, x);
        if (TTwo.Value) y = V.Max(_minimum, y);

        // Scaling by an instruction overflows to infinity by itself; integer arithmetic on exponents would wrap around.
        if (!Avx512F.IsSupported) x = V.Min(_maximum, x);
        if (!Avx512F.IsSupported && TTwo.Value) y = V.Min(_maximum, y);
        V shifted = V.Fma(x, _log2E, _shifter), otherShifted = TTwo.Value ? V.Fma(y, _log2E, _shifter) : default;
        entry = V.Entry(_table, shifted); // first: where registers are few, what it needs is free again
        if (TTwo.Value) otherEntry = V.Entry(_table, otherShifted);
        V n = shifted - _shifter, k = TTwo.Value ? otherShifted - _shifter : default;
        V r = V.Fma(n, _ln2High, x), s = TTwo.Value ? V.Fma(k, _ln2High, y) : default;
        if (TShift.Divides || typeof(T) == typeof(double)) r = V.Fma(n, _ln2Low, r);
        if ((TShift.Divides || typeof(T) == typeof(double)) && TTwo.Value) s = V.Fma(k, _ln2Low, s);
        if (TShift.Divides) n -= _power; // where there is no scaling instruction the table has it
        if (TShift.Divides && TTwo.Value) k -= _power;
        entry = V.ScaleEntry(entry, n);
        if (TTwo.Value) otherEntry = V.ScaleEntry(otherEntry, k);
        p = typeof(T) == typeof(float) ? V.Fma(_c3, r, _c2) : HighPart(r);
        if (TTwo.Value) otherP = typeof(T) == typeof(float) ? V.Fma(_c3, s, _c2) : HighPart(s);
        p = V.Fma(p, r, _one);
        if (TTwo.Value) otherP = V.Fma(otherP, s, _one);
        p = V.Fma(p, r, _one);
        if (TTwo.Value) otherP = V.Fma(otherP, s, _one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Polynomial(V r) => V.Fma(V.Fma(typeof(T) == typeof(float) ? V.Fma(_c3, r, _c2) : HighPart(r), r, _one), r, _one);

    /// <summary>The four highest coefficients of a double's polynomial.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V HighPart(V r) => V.Fma(V.Fma(V.Fma(V.Fma(_c6, r, _c5), r, _c4), r, _c3), r, _c2);
}
