using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// a * b + c rounded once, on vectors, where the processor (or what Native AOT may assume of it) has no instruction for
/// it: the bits the instruction gives, from vector arithmetic. .NET's own way out is a call per element, ten times
/// slower.
/// </summary>
/// <remarks>
/// Float: the product of two floats is exact in double, so only the addition rounds before the result does, and
/// rounding twice errs only where the first result is half-way between two floats. Those, and all below the smallest
/// normal float, where half-way lies at other bits, are done again with the addition rounded to odd: then the second
/// rounding is right wherever it falls. Double: product and sum as pairs of their rounded value and its error (Veltkamp
/// and Dekker; Knuth), which are exact. What is left to round is a double s and two errors whose sum z is known to a
/// relative 2^-53: where s + z comes out the same for z a little smaller and a little larger, it is the result.
/// Elsewhere (ties, infinities, NaN, results below 2^-900 or above 2^1000) the base library's scalar routine is called.
/// See Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums" (2008).
/// </remarks>
internal static unsafe class SoftwareFma
{
    /// <summary>
    /// Whether there are vectors but no instruction for it; a constant to the JIT. Where vectors are software too, the library's scalar
    /// routine is the faster of the two.
    /// </summary>
    public static bool IsNeeded
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.IsHardwareAccelerated && !Fma.IsSupported && !AdvSimd.IsSupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c) =>
        typeof(T) == typeof(float)
            ? Single(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Double(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Single(Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        Vector128<double> low = (Vector128.WidenLower(a) * Vector128.WidenLower(b)) + Vector128.WidenLower(c);
        Vector128<double> high = (Vector128.WidenUpper(a) * Vector128.WidenUpper(b)) + Vector128.WidenUpper(c);
        Vector128<int> lowerBits = Words(low, high, 0);
        Vector128<int> upperBits = Words(low, high, 1);

        // The 29 bits that a normal float has not, at a half; or a magnitude from above 0 to 2^-126, by one signed
        // comparison: 0 wraps around.
        Vector128<int> largest = Vector128.Create(int.MaxValue);
        Vector128<int> half = Vector128.Equals(lowerBits & Vector128.Create(0x1FFFFFFF), Vector128.Create(0x10000000));
        Vector128<int> tiny = Vector128.LessThan((upperBits & largest) + largest, Vector128.Create(TinyBits));
        Vector128<float> result = Vector128.Narrow(low, high);
        if ((half | tiny) != Vector128<int>.Zero) result = SingleToOdd(a, b, c);
        return result;
    }

    /// <summary>The upper half of the double 2^-126, moved as the magnitudes compared with it.</summary>
    private const int TinyBits = unchecked(0x38100000 + int.MaxValue + 1);

    /// <summary>Lower (0) or upper (1) halves of four doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Words(Vector128<double> low, Vector128<double> high, int half)
    {
        if (Sse.IsSupported)
        {
            return half == 0
                ? Sse.Shuffle(low.AsSingle(), high.AsSingle(), 0b10_00_10_00).AsInt32()
                : Sse.Shuffle(low.AsSingle(), high.AsSingle(), 0b11_01_11_01).AsInt32();
        }

        return half == 0
            ? Vector128.Narrow(low.AsInt64(), high.AsInt64())
            : Vector128.Narrow(low.AsInt64() >>> 32, high.AsInt64() >>> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SingleToOdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.Narrow(
            AddToOdd(Vector128.WidenLower(a) * Vector128.WidenLower(b), Vector128.WidenLower(c)),
            AddToOdd(Vector128.WidenUpper(a) * Vector128.WidenUpper(b), Vector128.WidenUpper(c)));

    /// <summary>x + y; where that is not a double, the one of its two neighbours whose last bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> AddToOdd(Vector128<double> x, Vector128<double> y)
    {
        Vector128<double> sum = x + y;
        Vector128<double> error = ErrorOfSum(x, y, sum);
        Vector128<long> bits = sum.AsInt64();
        Vector128<double> zero = Vector128<double>.Zero; // an error that is NaN, of infinities, is neither
        Vector128<long> isInexact = (Vector128.LessThan(error, zero) | Vector128.GreaterThan(error, zero)).AsInt64();
        Vector128<long> isEven = Vector128.Equals(bits & Vector128<long>.One, Vector128<long>.Zero);
        Vector128<long> inward = (bits ^ error.AsInt64()) >>> 63; // 1 where the exact sum is nearer to 0
        return (bits + ((Vector128<long>.One - (inward << 1)) & isInexact & isEven)).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ErrorOfSum(Vector128<double> x, Vector128<double> y, Vector128<double> sum)
    {
        Vector128<double> part = sum - x;
        return (x - (sum - part)) + (y - part);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Double(Vector128<double> a, Vector128<double> b, Vector128<double> c)
    {
        Vector128<double> product = a * b;
        Vector128<double> sum = product + c;
        Vector128<double> aHigh = Leading(a), bHigh = Leading(b);
        Vector128<double> aLow = a - aHigh, bLow = b - bHigh;
        Vector128<double> errorOfProduct =
            ((((aHigh * bHigh) - product) + (aHigh * bLow)) + (aLow * bHigh)) + (aLow * bLow);
        Vector128<double> rest = ErrorOfSum(product, c, sum) + errorOfProduct;
        Vector128<double> result = sum + (rest * Vector128.Create(1 - Doubt));
        Vector128<double> other = sum + (rest * Vector128.Create(1 + Doubt));
        Vector128<double> magnitude = Vector128.Abs(result);
        Vector128<double> isSure = Vector128.Equals(result, other)
            & Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(Least))
            & Vector128.LessThanOrEqual(magnitude, Vector128.Create(Most));
        if (Vector128.ExtractMostSignificantBits(isSure) != 3) result = DoubleByElement(a, b, c);
        return result;
    }

    /// <summary>2^-51: twice what the sum of the two errors can be off by, and its multiplication here.</summary>
    private const double Doubt = 4.44089209850062616e-16;

    /// <summary>
    /// 2^-900: no error term of a result this large has lost bits that count below the smallest double.
    /// </summary>
    private const double Least = 1.1830521861667747e-271;

    /// <summary>2^1000: an overflow on the way to a result shows in it as an infinity or NaN.</summary>
    private const double Most = 1.0715086071862673e301;

    /// <summary>
    /// The nearest number of 26 bits. Infinite close to the largest double, which shows in the result.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Leading(Vector128<double> x) =>
        ((x.AsInt64() + Vector128.Create(1L << 26)) & Vector128.Create(-1L << 27)).AsDouble();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<double> DoubleByElement(Vector128<double> a, Vector128<double> b, Vector128<double> c) =>
        Vector128.Create(Element(a[0], b[0], c[0]), Element(a[1], b[1], c[1]));

    /// <summary>A product with 0 is exact, and frequent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Element(double a, double b, double c) =>
        a == 0 || b == 0 ? (a * b) + c : Math.FusedMultiplyAdd(a, b, c);
}
