using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>A 512-bit register.</summary>
internal readonly unsafe struct Register512<T> : IRegister<Vector512<T>, T>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> v, T* p) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Vector512<T> v, T* p) => v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Fma(Vector512<T> a, Vector512<T> b, Vector512<T> c) => Lanes.Fma(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtLeast(Vector512<T> bound, Vector512<T> x) => Lanes.AtLeast(bound, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtMost(Vector512<T> bound, Vector512<T> x) => Lanes.AtMost(bound, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ZeroBelow(Vector512<T> v, Vector512<T> least) =>
        (Vector512.ConditionalSelect(Vector512.LessThan(v, least), Vector512<T>.Zero, v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Entry(in ExpTable<T> table, Vector512<T> shifted) =>
        typeof(T) == typeof(float)
            ? Avx512F.PermuteVar16x32(table.Low.AsSingle(), shifted.AsInt32()).As<float, T>()
            : Avx512F.PermuteVar8x64x2(table.Low.AsDouble(), shifted.AsInt64(), table.High.AsDouble()).As<double, T>();

    /// <summary>The instruction takes the floor of n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Scale(Vector512<T> entry, Vector512<T> n) =>
        typeof(T) == typeof(float)
            ? Avx512F.Scale(entry.AsSingle(), n.AsSingle()).As<float, T>()
            : Avx512F.Scale(entry.AsDouble(), n.AsDouble()).As<double, T>();
}

/// <summary>A 256-bit register.</summary>
internal readonly unsafe struct Register256<T> : IRegister<Vector256<T>, T>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* p) => Vector256.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> v, T* p) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Vector256<T> v, T* p) => v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Fma(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AtLeast(Vector256<T> bound, Vector256<T> x) =>
        typeof(T) == typeof(float)
            ? Avx.Max(bound.AsSingle(), x.AsSingle()).As<float, T>()
            : Avx.Max(bound.AsDouble(), x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AtMost(Vector256<T> bound, Vector256<T> x) =>
        typeof(T) == typeof(float)
            ? Avx.Min(bound.AsSingle(), x.AsSingle()).As<float, T>()
            : Avx.Min(bound.AsDouble(), x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> ZeroBelow(Vector256<T> v, Vector256<T> least) =>
        (Vector256.AndNot(v, Vector256.LessThan(v, least)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Entry(in ExpTable<T> table, Vector256<T> shifted)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<int> index = shifted.AsInt32();
            Vector256<float> entry = Avx.BlendVariable(
                Avx2.PermuteVar8x32(table.First.AsSingle(), index),
                Avx2.PermuteVar8x32(table.Second.AsSingle(), index),
                (index << 28).AsSingle()); // bit 3 of the index becomes the sign the blend selects by
            return (entry.AsInt32() + (index << 19)).As<int, T>();
        }
        else
        {
            Vector256<long> bits = shifted.AsInt64();
            Vector256<long> entry = Avx2.GatherVector256(ExpTable.DoubleBits, bits & Vector256.Create(15L), sizeof(double));
            return (entry + table.First.AsInt64() + ((bits >> 4) << 52)).As<long, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Scale(Vector256<T> entry, Vector256<T> n) => entry;
}

/// <summary>A 128-bit register, of any machine.</summary>
internal readonly unsafe struct Register128<T> : IRegister<Vector128<T>, T>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Create(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* p) => Vector128.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> v, T* p) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Vector128<T> v, T* p) => v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fma(Vector128<T> a, Vector128<T> b, Vector128<T> c)
    {
        if (System.Runtime.Intrinsics.X86.Fma.IsSupported || !Sse.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
                : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        }

        return SoftwareFma.MultiplyAdd(a, b, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AtLeast(Vector128<T> bound, Vector128<T> x) =>
        (Vector128.ConditionalSelect(Vector128.GreaterThan(bound, x), bound, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AtMost(Vector128<T> bound, Vector128<T> x) =>
        (Vector128.ConditionalSelect(Vector128.LessThan(bound, x), bound, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> ZeroBelow(Vector128<T> v, Vector128<T> least) =>
        (Vector128.AndNot(v, Vector128.LessThan(v, least)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Entry(in ExpTable<T> table, Vector128<T> shifted)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<int> bits = shifted.AsInt32();
            return (ExpTable.Lookup(table, bits) + (bits << 19)).As<int, T>();
        }
        else
        {
            Vector128<long> bits = shifted.AsInt64();
            Vector128<long> index = bits & Vector128.Create(15L);
            Vector128<long> entry = Vector128.Create(ExpTable.DoubleBits[index[0]], ExpTable.DoubleBits[index[1]]);
            return (entry + table.First.GetLower().AsInt64() + ((bits >> 4) << 52)).As<long, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Scale(Vector128<T> entry, Vector128<T> n) => entry;
}
