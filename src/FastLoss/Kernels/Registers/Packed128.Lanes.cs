using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <content>Masks, parts of registers, shuffles, and what exponentials by a table need.</content>
internal unsafe partial struct Packed128<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Packed128<T> v, T* p) => v._v.StoreAlignedNonTemporal(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Packed128<T> v, T* p, int count) => Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(T)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> OneLane(int lane) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.Equals(Vector128<int>.Indices, Vector128.Create(lane)).As<int, T>() }
        : new() { _v = Vector128.Equals(Vector128<long>.Indices, Vector128.Create((long)lane)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(Packed128<T> mask) => mask._v.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> MaskOf(ulong bits) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.Equals(Vector128.Create((int)bits) & Vector128.Create(1, 2, 4, 8), Vector128.Create(1, 2, 4, 8)).As<int, T>() }
        : new() { _v = Vector128.Equals(Vector128.Create((long)bits) & Vector128.Create(1L, 2), Vector128.Create(1L, 2)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Packed128<T> v) => v._v.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> TimesDouble(Packed128<T> v, double factor) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.Narrow(Vector128.WidenLower(v._v.AsSingle()) * factor, Vector128.WidenUpper(v._v.AsSingle()) * factor).As<float, T>() }
        : new() { _v = (v._v.AsDouble() * factor).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Entry(in ExpTable<T> table, Packed128<T> shifted)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<int> bits = shifted._v.AsInt32();
            return new() { _v = (ExpTable.Lookup(table, bits) + (bits << 19)).As<int, T>() };
        }
        else
        {
            Vector128<long> bits = shifted._v.AsInt64();
            Vector128<long> index = bits & Vector128.Create(15L);
            Vector128<long> entry = Vector128.Create(ExpTable.DoubleBits[index[0]], ExpTable.DoubleBits[index[1]]);
            return new() { _v = (entry + table.First.GetLower().AsInt64() + ((bits >> 4) << 52)).As<long, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> ScaleEntry(Packed128<T> entry, Packed128<T> n) => entry;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> LowerHalves(Packed128<T> a, Packed128<T> b) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> UpperHalves(Packed128<T> a, Packed128<T> b) => b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> EvenQuarters(Packed128<T> a, Packed128<T> b) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> OddQuarters(Packed128<T> a, Packed128<T> b) => b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> LowPairs(Packed128<T> a, Packed128<T> b) =>
        Sse2.IsSupported ? new() { _v = Sse2.UnpackLow(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() }
        : AdvSimd.Arm64.IsSupported ? new() { _v = AdvSimd.Arm64.ZipLow(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() }
        : new() { _v = Vector128.Create(a._v.GetLower(), b._v.GetLower()) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> HighPairs(Packed128<T> a, Packed128<T> b) =>
        Sse2.IsSupported ? new() { _v = Sse2.UnpackHigh(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() }
        : AdvSimd.Arm64.IsSupported ? new() { _v = AdvSimd.Arm64.ZipHigh(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() }
        : new() { _v = Vector128.Create(a._v.GetUpper(), b._v.GetUpper()) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Evens(Packed128<T> a, Packed128<T> b) =>
        Sse2.IsSupported ? new() { _v = Sse.Shuffle(a._v.AsSingle(), b._v.AsSingle(), 0x88).As<float, T>() }
        : AdvSimd.Arm64.IsSupported ? new() { _v = AdvSimd.Arm64.UnzipEven(a._v.AsSingle(), b._v.AsSingle()).As<float, T>() }
        : new() { _v = Vector128.Create(a._v.AsSingle()[0], a._v.AsSingle()[2], b._v.AsSingle()[0], b._v.AsSingle()[2]).As<float, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Odds(Packed128<T> a, Packed128<T> b) =>
        Sse2.IsSupported ? new() { _v = Sse.Shuffle(a._v.AsSingle(), b._v.AsSingle(), 0xDD).As<float, T>() }
        : AdvSimd.Arm64.IsSupported ? new() { _v = AdvSimd.Arm64.UnzipOdd(a._v.AsSingle(), b._v.AsSingle()).As<float, T>() }
        : new() { _v = Vector128.Create(a._v.AsSingle()[1], a._v.AsSingle()[3], b._v.AsSingle()[1], b._v.AsSingle()[3]).As<float, T>() };

    public static bool CanPick
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Pick(Packed128<T> v, Packed128<T> lanes) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.Shuffle(v._v.AsInt32(), lanes._v.AsInt32()).As<int, T>() }
        : new() { _v = Vector128.Shuffle(v._v.AsInt64(), lanes._v.AsInt64()).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWidened(Packed128<T> v, ref Packed128<T> low, ref Packed128<T> high)
    {
        if (typeof(T) == typeof(float))
        {
            low._v = (low._v.AsDouble() + Vector128.WidenLower(v._v.AsSingle())).As<double, T>();
            high._v = (high._v.AsDouble() + Vector128.WidenUpper(v._v.AsSingle())).As<double, T>();
        }
        else
        {
            low._v += v._v;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> NearPower(Packed128<T> a, Packed128<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.ConvertToSingle((a._v.AsInt32() - b._v.AsInt32() + Vector128.Create(1 << 22)) >> 23).As<float, T>() }
        : new() { _v = ((((a._v.AsInt64() - b._v.AsInt64() + Vector128.Create((1L << 51) + (1L << 62))) >>> 52) + Vector128.Create(0x4338000000000000 - 1024)).AsDouble() - Vector128.Create(6755399441055744.0)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Multiplied(Packed128<T> v, Packed128<T> n) => typeof(T) == typeof(float)
        ? new() { _v = (v._v.AsInt32() + ((n._v.AsSingle() + Vector128.Create(12582912f)).AsInt32() << 23)).As<int, T>() }
        : new() { _v = (v._v.AsInt64() + ((n._v.AsDouble() + Vector128.Create(6755399441055744.0)).AsInt64() << 52)).As<long, T>() };

    public static Packed128<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _v = Vector128<T>.Indices };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> Whole(Packed128<T> x) => typeof(T) == typeof(float)
        ? new() { _v = Vector128.ConvertToInt32(x._v.AsSingle()).As<int, T>() }
        : new() { _v = Vector128.ConvertToInt64(x._v.AsDouble()).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> ZeroBytes(byte* bytes, int count)
    {
        Vector128<int> isZero = Vector128.WidenLower(Vector128.WidenLower(ByteMask.Zeros(bytes, count, Count)));
        return typeof(T) == typeof(float)
            ? new() { _v = isZero.As<int, T>() }
            : new() { _v = Vector128.WidenLower(isZero).As<long, T>() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed128<T> ZeroBelow(Packed128<T> v, Packed128<T> least) =>
        new() { _v = Vector128.AndNot(v._v, Vector128.LessThan(v._v, least._v)) };
}
