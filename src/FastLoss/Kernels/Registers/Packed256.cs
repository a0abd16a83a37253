using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>A 256-bit register: of machines with AVX2 and fused multiply-add.</summary>
internal unsafe partial struct Packed256<T> : IPacked<Packed256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector256<T> _v;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<T>.Count;
    }

    static bool IVector<Packed256<T>>.IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Packed256<T>(double value) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.Create((float)value).As<float, T>() }
        : new() { _v = Vector256.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Load(T* p) => new() { _v = Vector256.Load(p) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Broadcast(T* p) => new() { _v = Vector256.Create(*p) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Packed256<T> v, T* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> FirstLanes(int count) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).As<int, T>() }
        : new() { _v = Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> LoadFirst(T* p, int count) => typeof(T) == typeof(float)
        ? new() { _v = Avx.MaskLoad((float*)p, FirstLanes(count)._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx.MaskLoad((double*)p, FirstLanes(count)._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator +(Packed256<T> a, Packed256<T> b) => new() { _v = a._v + b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator -(Packed256<T> a, Packed256<T> b) => new() { _v = a._v - b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator *(Packed256<T> a, Packed256<T> b) => new() { _v = a._v * b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator /(Packed256<T> a, Packed256<T> b) => new() { _v = a._v / b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator &(Packed256<T> a, Packed256<T> b) => new() { _v = a._v & b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator |(Packed256<T> a, Packed256<T> b) => new() { _v = a._v | b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator -(Packed256<T> a) => new() { _v = -a._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator ~(Packed256<T> a) => new() { _v = ~a._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator <(Packed256<T> a, Packed256<T> b) =>
        new() { _v = Vector256.LessThan(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator >(Packed256<T> a, Packed256<T> b) =>
        new() { _v = Vector256.GreaterThan(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator <=(Packed256<T> a, Packed256<T> b) =>
        new() { _v = Vector256.LessThanOrEqual(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> operator >=(Packed256<T> a, Packed256<T> b) =>
        new() { _v = Vector256.GreaterThanOrEqual(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Equal(Packed256<T> a, Packed256<T> b) => new() { _v = Vector256.Equals(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Where(Packed256<T> mask, Packed256<T> a, Packed256<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Avx.BlendVariable(b._v.AsSingle(), a._v.AsSingle(), mask._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx.BlendVariable(b._v.AsDouble(), a._v.AsDouble(), mask._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Fma(Packed256<T> a, Packed256<T> b, Packed256<T> c) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.FusedMultiplyAdd(a._v.AsSingle(), b._v.AsSingle(), c._v.AsSingle()).As<float, T>() }
        : new() { _v = Vector256.FusedMultiplyAdd(a._v.AsDouble(), b._v.AsDouble(), c._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Abs(Packed256<T> a) => new() { _v = Vector256.Abs(a._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Max(Packed256<T> a, Packed256<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Avx.Max(a._v.AsSingle(), b._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx.Max(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Min(Packed256<T> a, Packed256<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Avx.Min(a._v.AsSingle(), b._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx.Min(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Sqrt(Packed256<T> a) => new() { _v = Vector256.Sqrt(a._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> CopySign(Packed256<T> a, Packed256<T> sign) =>
        new() { _v = Vector256.CopySign(a._v, sign._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Exp(Packed256<T> x) => Exponentials<Packed256<T>, T>.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> ExpM1(Packed256<T> x) => Exponentials<Packed256<T>, T>.ExpM1(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Log(Packed256<T> x) => Logarithms<Packed256<T>, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Log1P(Packed256<T> x) => Logarithms<Packed256<T>, T>.Log1P(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Tanh(Packed256<T> x) => Logistic<Packed256<T>, T>.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Sigmoid(Packed256<T> x) => Logistic<Packed256<T>, T>.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Softplus(Packed256<T> x) => Logistic<Packed256<T>, T>.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Pow(Packed256<T> x, Packed256<T> y) => Logarithms<Packed256<T>, T>.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Parameter(double value) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.Create(Sse2.ConvertToVector128Single(Vector128.CreateScalarUnsafe(value)).ToScalar()).As<float, T>() }
        : new() { _v = Vector256.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.AndNot(Packed256<T> mask, Packed256<T> v) => new() { _v = Vector256.AndNot(v._v, mask._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.Gelu(Packed256<T> x) => NormalTail<Packed256<T>, T>.Gelu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.GeluDerivative(Packed256<T> x) => NormalTail<Packed256<T>, T>.GeluDerivative(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.Log1POfUnit(Packed256<T> x) => Logarithms<Packed256<T>, T>.Log1POfUnit(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.ExpOfMinus(Packed256<T> x) => Exponentials<Packed256<T>, T>.ExpOfMinus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.CalledExp(Packed256<T> x) => Called<Packed256<T>, T>.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.CalledLog(Packed256<T> x) => Called<Packed256<T>, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.CalledLog1P(Packed256<T> x) => Called<Packed256<T>, T>.Log1P(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.CalledPow(Packed256<T> x, Packed256<T> y) => Called<Packed256<T>, T>.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.Log1PMinus(Packed256<T> x, Packed256<T> ratio) => Logarithms<Packed256<T>, T>.Log1PMinus(x, ratio);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed256<T> IVector<Packed256<T>>.ExpM1Minus(Packed256<T> x) => Exponentials<Packed256<T>, T>.ExpM1Minus(x);

    /// <summary>In two factors, because 2^-150 and 2^1024 are no normal numbers: the first product is exact, for a v that is not subnormal, the second rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Scale(Packed256<T> v, Packed256<T> n)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<int> small = Vector256.LessThan(n._v.AsSingle(), Vector256.Create(-124f)).AsInt32();
            Vector256<int> bits = (n._v.AsSingle() + Vector256.Create(12582912f + 126)).AsInt32() + (small & Vector256.Create(64));
            Vector256<int> rest = Vector256.Create(0x40000000) + (small & Vector256.Create(-(64 << 23)));
            return new() { _v = (v._v.AsSingle() * (bits << 23).AsSingle() * rest.AsSingle()).As<float, T>() };
        }
        else
        {
            Vector256<long> small = Vector256.LessThan(n._v.AsDouble(), Vector256.Create(-1020.0)).AsInt64();
            Vector256<long> bits = (n._v.AsDouble() + Vector256.Create(6755399441055744.0 + 1022)).AsInt64() + (small & Vector256.Create(128L));
            Vector256<long> rest = Vector256.Create(0x4000000000000000) + (small & Vector256.Create(-(128L << 52)));
            return new() { _v = (v._v.AsDouble() * (bits << 52).AsDouble() * rest.AsDouble()).As<double, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> PowerOfTwo(Packed256<T> n) => typeof(T) == typeof(float)
        ? new() { _v = ((n._v.AsSingle() + Vector256.Create(12582912f + 127)).AsInt32() << 23).As<int, T>() }
        : new() { _v = ((n._v.AsDouble() + Vector256.Create(6755399441055744.0 + 1023)).AsInt64() << 52).As<long, T>() };

    /// <summary>
    /// sqrt(1/2) subtracted from the bits makes it a power of two: then the exponent is above the mantissa's bits. An integer
    /// added to the bits of 1.5 2^52 is that integer, as a double, above it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> ExponentOf(Packed256<T> x) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.ConvertToSingle((x._v.AsInt32() - Vector256.Create(0x3f3504f3)) >> 23).As<float, T>() }
        : new()
        {
            _v = (((((x._v.AsInt64() - Vector256.Create(0x3fe6a09e667f3bcd)) >>> 52)
                ^ Vector256.Create(0x800L)) + Vector256.Create(0x4338000000000000 - 0x800)).AsDouble()
                - Vector256.Create(6755399441055744.0)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> MantissaOf(Packed256<T> x) => typeof(T) == typeof(float)
        ? new() { _v = (x._v.AsInt32() - ((x._v.AsInt32() - Vector256.Create(0x3f3504f3)) & Vector256.Create(unchecked((int)0xff800000)))).As<int, T>() }
        : new() { _v = (x._v.AsInt64() - ((x._v.AsInt64() - Vector256.Create(0x3fe6a09e667f3bcd)) & Vector256.Create(unchecked((long)0xfff0000000000000)))).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> InversePowerOf(Packed256<T> x) => typeof(T) == typeof(float)
        ? new() { _v = (Vector256.Create(0x3f800000) - ((x._v.AsInt32() - Vector256.Create(0x3f3504f3)) & Vector256.Create(unchecked((int)0xff800000)))).As<int, T>() }
        : new() { _v = (Vector256.Create(0x3ff0000000000000) - ((x._v.AsInt64() - Vector256.Create(0x3fe6a09e667f3bcd)) & Vector256.Create(unchecked((long)0xfff0000000000000)))).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, Packed256<T> v)
    {
        if (typeof(T) == typeof(float))
        {
            ((Vector256.Load(sums)) + Vector256.WidenLower(v._v.AsSingle())).Store(sums);
            ((Vector256.Load(sums + Vector256<double>.Count)) + Vector256.WidenUpper(v._v.AsSingle())).Store(sums + Vector256<double>.Count);
        }
        else
        {
            (Vector256.Load(sums) + v._v.AsDouble()).Store(sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> LoadSingles(float* p) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.Load(p).As<float, T>() }
        : new() { _v = Avx.ConvertToVector256Double(Vector128.Load(p)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> LoadFirstSingles(float* p, int count) => typeof(T) == typeof(float)
        ? new() { _v = Avx.MaskLoad(p, FirstLanes(count)._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx.ConvertToVector256Double(Avx.MaskLoad(p, Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle())).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingles(Packed256<T> v, float* p)
    {
        if (typeof(T) == typeof(float)) v._v.AsSingle().Store(p);
        else Avx.ConvertToVector128Single(v._v.AsDouble()).Store(p);
    }
}
