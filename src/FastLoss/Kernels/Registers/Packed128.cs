using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>A 128-bit register, of any machine.</summary>
internal unsafe partial struct Packed128<T> : IPacked<Packed128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector128<T> _v;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<T>.Count;
    }

    static bool IVector<Packed128<T>>.IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Packed128<T>(double value) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.Create((float)value).As<float, T>() }
        : new() { _v = Vector128.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Load(T* p) => new() { _v = Vector128.Load(p) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Broadcast(T* p) => new() { _v = Vector128.Create(*p) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Packed128<T> v, T* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> FirstLanes(int count) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).As<int, T>() }
        : new() { _v = Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> LoadFirst(T* p, int count)
    {
        Vector128<T> v = default;
        Unsafe.CopyBlockUnaligned(&v, p, (uint)(count * sizeof(T)));
        return new() { _v = v };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator +(Packed128<T> a, Packed128<T> b) => new() { _v = a._v + b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator -(Packed128<T> a, Packed128<T> b) => new() { _v = a._v - b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator *(Packed128<T> a, Packed128<T> b) => new() { _v = a._v * b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator /(Packed128<T> a, Packed128<T> b) => new() { _v = a._v / b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator &(Packed128<T> a, Packed128<T> b) => new() { _v = a._v & b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator |(Packed128<T> a, Packed128<T> b) => new() { _v = a._v | b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator -(Packed128<T> a) => new() { _v = -a._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator ~(Packed128<T> a) => new() { _v = ~a._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator <(Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.LessThan(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator >(Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.GreaterThan(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator <=(Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.LessThanOrEqual(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> operator >=(Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.GreaterThanOrEqual(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Equal(Packed128<T> a, Packed128<T> b) => new() { _v = Vector128.Equals(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Where(Packed128<T> mask, Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.ConditionalSelect(mask._v, a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Fma(Packed128<T> a, Packed128<T> b, Packed128<T> c)
    {
        if (System.Runtime.Intrinsics.X86.Fma.IsSupported || !Sse.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? new() { _v = Vector128.FusedMultiplyAdd(a._v.AsSingle(), b._v.AsSingle(), c._v.AsSingle()).As<float, T>() }
                : new() { _v = Vector128.FusedMultiplyAdd(a._v.AsDouble(), b._v.AsDouble(), c._v.AsDouble()).As<double, T>() };
        }

        return new() { _v = SoftwareFma.MultiplyAdd(a._v, b._v, c._v) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Abs(Packed128<T> a) => new() { _v = Vector128.Abs(a._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Max(Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.ConditionalSelect(Vector128.GreaterThan(a._v, b._v), a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Min(Packed128<T> a, Packed128<T> b) =>
        new() { _v = Vector128.ConditionalSelect(Vector128.LessThan(a._v, b._v), a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Sqrt(Packed128<T> a) => new() { _v = Vector128.Sqrt(a._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> CopySign(Packed128<T> a, Packed128<T> sign) =>
        new() { _v = Vector128.CopySign(a._v, sign._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Exp(Packed128<T> x) => Exponentials<Packed128<T>, T>.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> ExpM1(Packed128<T> x) => Exponentials<Packed128<T>, T>.ExpM1(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Log(Packed128<T> x) => Logarithms<Packed128<T>, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Log1P(Packed128<T> x) => Logarithms<Packed128<T>, T>.Log1P(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Tanh(Packed128<T> x) => Logistic<Packed128<T>, T>.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Sigmoid(Packed128<T> x) => Logistic<Packed128<T>, T>.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Softplus(Packed128<T> x) => Logistic<Packed128<T>, T>.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Pow(Packed128<T> x, Packed128<T> y) => Logarithms<Packed128<T>, T>.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Parameter(double value)
    {
        if (typeof(T) == typeof(double)) return new() { _v = Vector128.Create(value).As<double, T>() };
        if (!Sse2.IsSupported) return new() { _v = Vector128.Create((float)value).As<float, T>() };
        return new() { _v = Vector128.Create(Sse2.ConvertToVector128Single(Vector128.CreateScalarUnsafe(value)).ToScalar()).As<float, T>() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.AndNot(Packed128<T> mask, Packed128<T> v) => new() { _v = Vector128.AndNot(v._v, mask._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.Gelu(Packed128<T> x) => NormalTail<Packed128<T>, T>.Gelu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.GeluDerivative(Packed128<T> x) => NormalTail<Packed128<T>, T>.GeluDerivative(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.Log1POfUnit(Packed128<T> x) => Logarithms<Packed128<T>, T>.Log1POfUnit(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.ExpOfMinus(Packed128<T> x) => Exponentials<Packed128<T>, T>.ExpOfMinus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.CalledExp(Packed128<T> x) => Called<Packed128<T>, T>.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.CalledLog(Packed128<T> x) => Called<Packed128<T>, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.CalledLog1P(Packed128<T> x) => Called<Packed128<T>, T>.Log1P(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.CalledPow(Packed128<T> x, Packed128<T> y) => Called<Packed128<T>, T>.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.Log1PMinus(Packed128<T> x, Packed128<T> ratio) => Logarithms<Packed128<T>, T>.Log1PMinus(x, ratio);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed128<T> IVector<Packed128<T>>.ExpM1Minus(Packed128<T> x) => Exponentials<Packed128<T>, T>.ExpM1Minus(x);

    /// <summary>In two factors, because 2^-150 and 2^1024 are no normal numbers: the first product is exact, for a v that is not subnormal, the second rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Scale(Packed128<T> v, Packed128<T> n)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<int> small = Vector128.LessThan(n._v.AsSingle(), Vector128.Create(-124f)).AsInt32();
            Vector128<int> bits = (n._v.AsSingle() + Vector128.Create(12582912f + 126)).AsInt32() + (small & Vector128.Create(64));
            Vector128<int> rest = Vector128.Create(0x40000000) + (small & Vector128.Create(-(64 << 23)));
            return new() { _v = (v._v.AsSingle() * (bits << 23).AsSingle() * rest.AsSingle()).As<float, T>() };
        }
        else
        {
            Vector128<long> small = Vector128.LessThan(n._v.AsDouble(), Vector128.Create(-1020.0)).AsInt64();
            Vector128<long> bits = (n._v.AsDouble() + Vector128.Create(6755399441055744.0 + 1022)).AsInt64() + (small & Vector128.Create(128L));
            Vector128<long> rest = Vector128.Create(0x4000000000000000) + (small & Vector128.Create(-(128L << 52)));
            return new() { _v = (v._v.AsDouble() * (bits << 52).AsDouble() * rest.AsDouble()).As<double, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> PowerOfTwo(Packed128<T> n) => typeof(T) == typeof(float)
        ? new() { _v = ((n._v.AsSingle() + Vector128.Create(12582912f + 127)).AsInt32() << 23).As<int, T>() }
        : new() { _v = ((n._v.AsDouble() + Vector128.Create(6755399441055744.0 + 1023)).AsInt64() << 52).As<long, T>() };

    /// <summary>
    /// sqrt(1/2) subtracted from the bits makes it a power of two: then the exponent is above the mantissa's bits. An integer
    /// added to the bits of 1.5 2^52 is that integer, as a double, above it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> ExponentOf(Packed128<T> x) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.ConvertToSingle((x._v.AsInt32() - Vector128.Create(0x3f3504f3)) >> 23).As<float, T>() }
        : new()
        {
            _v = (((((x._v.AsInt64() - Vector128.Create(0x3fe6a09e667f3bcd)) >>> 52)
                ^ Vector128.Create(0x800L)) + Vector128.Create(0x4338000000000000 - 0x800)).AsDouble()
                - Vector128.Create(6755399441055744.0)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> MantissaOf(Packed128<T> x) => typeof(T) == typeof(float)
        ? new() { _v = (x._v.AsInt32() - ((x._v.AsInt32() - Vector128.Create(0x3f3504f3)) & Vector128.Create(unchecked((int)0xff800000)))).As<int, T>() }
        : new() { _v = (x._v.AsInt64() - ((x._v.AsInt64() - Vector128.Create(0x3fe6a09e667f3bcd)) & Vector128.Create(unchecked((long)0xfff0000000000000)))).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> InversePowerOf(Packed128<T> x) => typeof(T) == typeof(float)
        ? new() { _v = (Vector128.Create(0x3f800000) - ((x._v.AsInt32() - Vector128.Create(0x3f3504f3)) & Vector128.Create(unchecked((int)0xff800000)))).As<int, T>() }
        : new() { _v = (Vector128.Create(0x3ff0000000000000) - ((x._v.AsInt64() - Vector128.Create(0x3fe6a09e667f3bcd)) & Vector128.Create(unchecked((long)0xfff0000000000000)))).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, Packed128<T> v)
    {
        if (typeof(T) == typeof(float))
        {
            ((Vector128.Load(sums)) + Vector128.WidenLower(v._v.AsSingle())).Store(sums);
            ((Vector128.Load(sums + Vector128<double>.Count)) + Vector128.WidenUpper(v._v.AsSingle())).Store(sums + Vector128<double>.Count);
        }
        else
        {
            (Vector128.Load(sums) + v._v.AsDouble()).Store(sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> LoadSingles(float* p) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.Load(p).As<float, T>() }
        : new() { _v = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(double*)p).AsSingle()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> LoadFirstSingles(float* p, int count)
    {
        Vector128<float> v = default;
        Unsafe.CopyBlockUnaligned(&v, p, (uint)(count * sizeof(float)));
        return typeof(T) == typeof(float) ? new() { _v = v.As<float, T>() } : new() { _v = Vector128.WidenLower(v).As<double, T>() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingles(Packed128<T> v, float* p)
    {
        if (typeof(T) == typeof(float)) v._v.AsSingle().Store(p);
        else *(double*)p = Vector128.Narrow(v._v.AsDouble(), v._v.AsDouble()).AsDouble().ToScalar();
    }
}
