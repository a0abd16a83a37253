using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>A 512-bit register: of machines with AVX-512.</summary>
internal unsafe partial struct Packed512<T> : IPacked<Packed512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector512<T> _v;

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    static bool IVector<Packed512<T>>.IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Packed512<T>(double value) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.Create((float)value).As<float, T>() }
        : new() { _v = Vector512.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Load(T* p) => new() { _v = Vector512.Load(p) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Broadcast(T* p) => new() { _v = Vector512.Create(*p) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Packed512<T> v, T* p) => v._v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> FirstLanes(int count) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, T>() }
        : new() { _v = Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> LoadFirst(T* p, int count) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.MaskLoad((float*)p, FirstLanes(count)._v.AsSingle(), Vector512<float>.Zero).As<float, T>() }
        : new() { _v = Avx512F.MaskLoad((double*)p, FirstLanes(count)._v.AsDouble(), Vector512<double>.Zero).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator +(Packed512<T> a, Packed512<T> b) => new() { _v = a._v + b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator -(Packed512<T> a, Packed512<T> b) => new() { _v = a._v - b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator *(Packed512<T> a, Packed512<T> b) => new() { _v = a._v * b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator /(Packed512<T> a, Packed512<T> b) => new() { _v = a._v / b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator &(Packed512<T> a, Packed512<T> b) => new() { _v = a._v & b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator |(Packed512<T> a, Packed512<T> b) => new() { _v = a._v | b._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator -(Packed512<T> a) => new() { _v = -a._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator ~(Packed512<T> a) => new() { _v = ~a._v };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator <(Packed512<T> a, Packed512<T> b) =>
        new() { _v = Vector512.LessThan(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator >(Packed512<T> a, Packed512<T> b) =>
        new() { _v = Vector512.GreaterThan(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator <=(Packed512<T> a, Packed512<T> b) =>
        new() { _v = Vector512.LessThanOrEqual(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> operator >=(Packed512<T> a, Packed512<T> b) =>
        new() { _v = Vector512.GreaterThanOrEqual(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Equal(Packed512<T> a, Packed512<T> b) => new() { _v = Vector512.Equals(a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Where(Packed512<T> mask, Packed512<T> a, Packed512<T> b) =>
        new() { _v = Vector512.ConditionalSelect(mask._v, a._v, b._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Fma(Packed512<T> a, Packed512<T> b, Packed512<T> c) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.FusedMultiplyAdd(a._v.AsSingle(), b._v.AsSingle(), c._v.AsSingle()).As<float, T>() }
        : new() { _v = Vector512.FusedMultiplyAdd(a._v.AsDouble(), b._v.AsDouble(), c._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Abs(Packed512<T> a) => new() { _v = Vector512.Abs(a._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Max(Packed512<T> a, Packed512<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.Max(a._v.AsSingle(), b._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx512F.Max(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Min(Packed512<T> a, Packed512<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.Min(a._v.AsSingle(), b._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx512F.Min(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Sqrt(Packed512<T> a) => new() { _v = Vector512.Sqrt(a._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> CopySign(Packed512<T> a, Packed512<T> sign) =>
        new() { _v = Vector512.CopySign(a._v, sign._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Exp(Packed512<T> x) => Exponentials<Packed512<T>, T>.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> ExpM1(Packed512<T> x) => Exponentials<Packed512<T>, T>.ExpM1(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Log(Packed512<T> x) => Logarithms<Packed512<T>, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Log1P(Packed512<T> x) => Logarithms<Packed512<T>, T>.Log1P(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Tanh(Packed512<T> x) => Logistic<Packed512<T>, T>.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Sigmoid(Packed512<T> x) => Logistic<Packed512<T>, T>.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Softplus(Packed512<T> x) => Logistic<Packed512<T>, T>.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Pow(Packed512<T> x, Packed512<T> y) => Logarithms<Packed512<T>, T>.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Parameter(double value) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.Create(Sse2.ConvertToVector128Single(Vector128.CreateScalarUnsafe(value)).ToScalar()).As<float, T>() }
        : new() { _v = Vector512.Create(value).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.AndNot(Packed512<T> mask, Packed512<T> v) => new() { _v = Vector512.AndNot(v._v, mask._v) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.Gelu(Packed512<T> x) => NormalTail<Packed512<T>, T>.Gelu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.GeluDerivative(Packed512<T> x) => NormalTail<Packed512<T>, T>.GeluDerivative(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.Log1POfUnit(Packed512<T> x) => Logarithms<Packed512<T>, T>.Log1POfUnit(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.ExpOfMinus(Packed512<T> x) => Exponentials<Packed512<T>, T>.ExpOfMinus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.CalledExp(Packed512<T> x) => Called<Packed512<T>, T>.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.CalledLog(Packed512<T> x) => Called<Packed512<T>, T>.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.CalledLog1P(Packed512<T> x) => Called<Packed512<T>, T>.Log1P(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.CalledPow(Packed512<T> x, Packed512<T> y) => Called<Packed512<T>, T>.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.Log1PMinus(Packed512<T> x, Packed512<T> ratio) => Logarithms<Packed512<T>, T>.Log1PMinus(x, ratio);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Packed512<T> IVector<Packed512<T>>.ExpM1Minus(Packed512<T> x) => Exponentials<Packed512<T>, T>.ExpM1Minus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Scale(Packed512<T> v, Packed512<T> n) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.Scale(v._v.AsSingle(), n._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx512F.Scale(v._v.AsDouble(), n._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> PowerOfTwo(Packed512<T> n) => typeof(T) == typeof(float)
        ? new() { _v = ((n._v.AsSingle() + Vector512.Create(12582912f + 127)).AsInt32() << 23).As<int, T>() }
        : new() { _v = ((n._v.AsDouble() + Vector512.Create(6755399441055744.0 + 1023)).AsInt64() << 52).As<long, T>() };

    /// <summary>
    /// sqrt(1/2) subtracted from the bits makes it a power of two: then the exponent is above the mantissa's bits. An integer
    /// added to the bits of 1.5 2^52 is that integer, as a double, above it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> ExponentOf(Packed512<T> x) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.ConvertToSingle((x._v.AsInt32() - Vector512.Create(0x3f3504f3)) >> 23).As<float, T>() }
        : new()
        {
            _v = (((((x._v.AsInt64() - Vector512.Create(0x3fe6a09e667f3bcd)) >>> 52)
                ^ Vector512.Create(0x800L)) + Vector512.Create(0x4338000000000000 - 0x800)).AsDouble()
                - Vector512.Create(6755399441055744.0)).As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> MantissaOf(Packed512<T> x) => typeof(T) == typeof(float)
        ? new() { _v = (x._v.AsInt32() - ((x._v.AsInt32() - Vector512.Create(0x3f3504f3)) & Vector512.Create(unchecked((int)0xff800000)))).As<int, T>() }
        : new() { _v = (x._v.AsInt64() - ((x._v.AsInt64() - Vector512.Create(0x3fe6a09e667f3bcd)) & Vector512.Create(unchecked((long)0xfff0000000000000)))).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> InversePowerOf(Packed512<T> x) => typeof(T) == typeof(float)
        ? new() { _v = (Vector512.Create(0x3f800000) - ((x._v.AsInt32() - Vector512.Create(0x3f3504f3)) & Vector512.Create(unchecked((int)0xff800000)))).As<int, T>() }
        : new() { _v = (Vector512.Create(0x3ff0000000000000) - ((x._v.AsInt64() - Vector512.Create(0x3fe6a09e667f3bcd)) & Vector512.Create(unchecked((long)0xfff0000000000000)))).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, Packed512<T> v)
    {
        if (typeof(T) == typeof(float))
        {
            ((Vector512.Load(sums)) + Vector512.WidenLower(v._v.AsSingle())).Store(sums);
            ((Vector512.Load(sums + Vector512<double>.Count)) + Vector512.WidenUpper(v._v.AsSingle())).Store(sums + Vector512<double>.Count);
        }
        else
        {
            (Vector512.Load(sums) + v._v.AsDouble()).Store(sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> LoadSingles(float* p) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.Load(p).As<float, T>() }
        : new() { _v = Avx512F.ConvertToVector512Double(Vector256.Load(p)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> LoadFirstSingles(float* p, int count) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.MaskLoad(p, FirstLanes(count)._v.AsSingle(), Vector512<float>.Zero).As<float, T>() }
        : new() { _v = Avx512F.ConvertToVector512Double(Avx.MaskLoad(p, Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle())).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSingles(Packed512<T> v, float* p)
    {
        if (typeof(T) == typeof(float)) v._v.AsSingle().Store(p);
        else Avx512F.ConvertToVector256Single(v._v.AsDouble()).Store(p);
    }
}
