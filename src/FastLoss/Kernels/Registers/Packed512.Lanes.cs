using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <content>Masks, parts of registers, shuffles, and what exponentials by a table need.</content>
internal unsafe partial struct Packed512<T>
{
    private static Vector512<int> SingleBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
    }

    private static Vector512<long> DoubleBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Packed512<T> v, T* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Packed512<T> v, T* p, int count)
    {
        if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)p, FirstLanes(count)._v.AsSingle(), v._v.AsSingle());
        else Avx512F.MaskStore((double*)p, FirstLanes(count)._v.AsDouble(), v._v.AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> OneLane(int lane) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.Equals(Vector512<int>.Indices, Vector512.Create(lane)).As<int, T>() }
        : new() { _v = Vector512.Equals(Vector512<long>.Indices, Vector512.Create((long)lane)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(Packed512<T> mask) => mask._v.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> MaskOf(ulong bits) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.Equals(Vector512.Create((int)bits) & SingleBits, SingleBits).As<int, T>() }
        : new() { _v = Vector512.Equals(Vector512.Create((long)bits) & DoubleBits, DoubleBits).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Packed512<T> v) => v._v.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> TimesDouble(Packed512<T> v, double factor) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.Narrow(Vector512.WidenLower(v._v.AsSingle()) * factor, Vector512.WidenUpper(v._v.AsSingle()) * factor).As<float, T>() }
        : new() { _v = (v._v.AsDouble() * factor).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Entry(in ExpTable<T> table, Packed512<T> shifted) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.PermuteVar16x32(table.Low.AsSingle(), shifted._v.AsInt32()).As<float, T>() }
        : new() { _v = Avx512F.PermuteVar8x64x2(table.Low.AsDouble(), shifted._v.AsInt64(), table.High.AsDouble()).As<double, T>() };

    /// <summary>The instruction takes the floor of n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> ScaleEntry(Packed512<T> entry, Packed512<T> n) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.Scale(entry._v.AsSingle(), n._v.AsSingle()).As<float, T>() }
        : new() { _v = Avx512F.Scale(entry._v.AsDouble(), n._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> LowerHalves(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.Shuffle4x128(a._v.AsDouble(), b._v.AsDouble(), 0x44).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> UpperHalves(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.Shuffle4x128(a._v.AsDouble(), b._v.AsDouble(), 0xEE).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> EvenQuarters(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.Shuffle4x128(a._v.AsDouble(), b._v.AsDouble(), 0x88).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> OddQuarters(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.Shuffle4x128(a._v.AsDouble(), b._v.AsDouble(), 0xDD).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> LowPairs(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.UnpackLow(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> HighPairs(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.UnpackHigh(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Evens(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.Shuffle(a._v.AsSingle(), b._v.AsSingle(), 0x88).As<float, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Odds(Packed512<T> a, Packed512<T> b) => new() { _v = Avx512F.Shuffle(a._v.AsSingle(), b._v.AsSingle(), 0xDD).As<float, T>() };

    public static bool CanPick
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Pick(Packed512<T> v, Packed512<T> lanes) => typeof(T) == typeof(float)
        ? new() { _v = Avx512F.PermuteVar16x32(v._v.AsSingle(), lanes._v.AsInt32()).As<float, T>() }
        : new() { _v = Avx512F.PermuteVar8x64(v._v.AsDouble(), lanes._v.AsInt64()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWidened(Packed512<T> v, ref Packed512<T> low, ref Packed512<T> high)
    {
        if (typeof(T) == typeof(float))
        {
            low._v = (low._v.AsDouble() + Vector512.WidenLower(v._v.AsSingle())).As<double, T>();
            high._v = (high._v.AsDouble() + Vector512.WidenUpper(v._v.AsSingle())).As<double, T>();
        }
        else
        {
            low._v += v._v;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> NearPower(Packed512<T> a, Packed512<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.ConvertToSingle((a._v.AsInt32() - b._v.AsInt32() + Vector512.Create(1 << 22)) >> 23).As<float, T>() }
        : new() { _v = ((((a._v.AsInt64() - b._v.AsInt64() + Vector512.Create((1L << 51) + (1L << 62))) >>> 52) + Vector512.Create(0x4338000000000000 - 1024)).AsDouble() - Vector512.Create(6755399441055744.0)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Multiplied(Packed512<T> v, Packed512<T> n) => typeof(T) == typeof(float)
        ? new() { _v = (v._v.AsInt32() + ((n._v.AsSingle() + Vector512.Create(12582912f)).AsInt32() << 23)).As<int, T>() }
        : new() { _v = (v._v.AsInt64() + ((n._v.AsDouble() + Vector512.Create(6755399441055744.0)).AsInt64() << 52)).As<long, T>() };

    public static Packed512<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _v = Vector512<T>.Indices };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> Whole(Packed512<T> x) => typeof(T) == typeof(float)
        ? new() { _v = Vector512.ConvertToInt32(x._v.AsSingle()).As<int, T>() }
        : new() { _v = Vector512.ConvertToInt64(x._v.AsDouble()).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> ZeroBytes(byte* bytes, int count)
    {
        Vector128<sbyte> isZero = ByteMask.Zeros(bytes, count, Count);
        return typeof(T) == typeof(float)
            ? new() { _v = Avx512F.ConvertToVector512Int32(isZero).As<int, T>() }
            : new() { _v = Avx512F.ConvertToVector512Int64(Avx2.ConvertToVector256Int32(isZero)).As<long, T>() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed512<T> ZeroBelow(Packed512<T> v, Packed512<T> least) =>
        new() { _v = Vector512.ConditionalSelect(Vector512.LessThan(v._v, least._v), Vector512<T>.Zero, v._v) };
}
