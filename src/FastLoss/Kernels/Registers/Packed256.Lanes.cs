using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <content>Masks, parts of registers, shuffles, and what exponentials by a table need.</content>
internal unsafe partial struct Packed256<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Packed256<T> v, T* p) => v._v.StoreAlignedNonTemporal(p);

    /// <summary>Not by a masked store, which is microcode on AMD (a softmax of 1000 took 409 ns, and takes 386).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Packed256<T> v, T* p, int count) => Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(T)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> OneLane(int lane) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.Equals(Vector256<int>.Indices, Vector256.Create(lane)).As<int, T>() }
        : new() { _v = Vector256.Equals(Vector256<long>.Indices, Vector256.Create((long)lane)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(Packed256<T> mask) => mask._v.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> MaskOf(ulong bits) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.Equals(Vector256.Create((int)bits) & Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128), Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128)).As<int, T>() }
        : new() { _v = Vector256.Equals(Vector256.Create((long)bits) & Vector256.Create(1L, 2, 4, 8), Vector256.Create(1L, 2, 4, 8)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T First(Packed256<T> v) => v._v.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> TimesDouble(Packed256<T> v, double factor) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.Narrow(Vector256.WidenLower(v._v.AsSingle()) * factor, Vector256.WidenUpper(v._v.AsSingle()) * factor).As<float, T>() }
        : new() { _v = (v._v.AsDouble() * factor).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Entry(in ExpTable<T> table, Packed256<T> shifted)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<int> index = shifted._v.AsInt32();
            Vector256<float> entry = Avx.BlendVariable(
                Avx2.PermuteVar8x32(table.First.AsSingle(), index),
                Avx2.PermuteVar8x32(table.Second.AsSingle(), index),
                (index << 28).AsSingle()); // bit 3 of the index becomes the sign the blend selects by
            return new() { _v = (entry.AsInt32() + (index << 19)).As<int, T>() };
        }
        else
        {
            Vector256<long> bits = shifted._v.AsInt64();
            Vector256<long> entry = Avx2.GatherVector256(ExpTable.DoubleBits, bits & Vector256.Create(15L), sizeof(double));
            return new() { _v = (entry + table.First.AsInt64() + ((bits >> 4) << 52)).As<long, T>() };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> ScaleEntry(Packed256<T> entry, Packed256<T> n) => entry;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> LowerHalves(Packed256<T> a, Packed256<T> b) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> UpperHalves(Packed256<T> a, Packed256<T> b) => b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> EvenQuarters(Packed256<T> a, Packed256<T> b) => new() { _v = Avx.Permute2x128(a._v.AsDouble(), b._v.AsDouble(), 0x20).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> OddQuarters(Packed256<T> a, Packed256<T> b) => new() { _v = Avx.Permute2x128(a._v.AsDouble(), b._v.AsDouble(), 0x31).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> LowPairs(Packed256<T> a, Packed256<T> b) => new() { _v = Avx.UnpackLow(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> HighPairs(Packed256<T> a, Packed256<T> b) => new() { _v = Avx.UnpackHigh(a._v.AsDouble(), b._v.AsDouble()).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Evens(Packed256<T> a, Packed256<T> b) => new() { _v = Avx.Shuffle(a._v.AsSingle(), b._v.AsSingle(), 0x88).As<float, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Odds(Packed256<T> a, Packed256<T> b) => new() { _v = Avx.Shuffle(a._v.AsSingle(), b._v.AsSingle(), 0xDD).As<float, T>() };

    public static bool CanPick
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    /// <summary>Doubles as pairs of halves: there is no such instruction for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Pick(Packed256<T> v, Packed256<T> lanes) => typeof(T) == typeof(float)
        ? new() { _v = Avx2.PermuteVar8x32(v._v.AsSingle(), lanes._v.AsInt32()).As<float, T>() }
        : new()
        {
            _v = Avx2.PermuteVar8x32(
                v._v.AsInt32(), ((lanes._v.AsInt64() << 1) | (lanes._v.AsInt64() << 33) | Vector256.Create(1L << 32)).AsInt32()).As<int, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWidened(Packed256<T> v, ref Packed256<T> low, ref Packed256<T> high)
    {
        if (typeof(T) == typeof(float))
        {
            low._v = (low._v.AsDouble() + Vector256.WidenLower(v._v.AsSingle())).As<double, T>();
            high._v = (high._v.AsDouble() + Vector256.WidenUpper(v._v.AsSingle())).As<double, T>();
        }
        else
        {
            low._v += v._v;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> NearPower(Packed256<T> a, Packed256<T> b) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.ConvertToSingle((a._v.AsInt32() - b._v.AsInt32() + Vector256.Create(1 << 22)) >> 23).As<float, T>() }
        : new() { _v = ((((a._v.AsInt64() - b._v.AsInt64() + Vector256.Create((1L << 51) + (1L << 62))) >>> 52) + Vector256.Create(0x4338000000000000 - 1024)).AsDouble() - Vector256.Create(6755399441055744.0)).As<double, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Multiplied(Packed256<T> v, Packed256<T> n) => typeof(T) == typeof(float)
        ? new() { _v = (v._v.AsInt32() + ((n._v.AsSingle() + Vector256.Create(12582912f)).AsInt32() << 23)).As<int, T>() }
        : new() { _v = (v._v.AsInt64() + ((n._v.AsDouble() + Vector256.Create(6755399441055744.0)).AsInt64() << 52)).As<long, T>() };

    public static Packed256<T> Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { _v = Vector256<T>.Indices };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> Whole(Packed256<T> x) => typeof(T) == typeof(float)
        ? new() { _v = Vector256.ConvertToInt32(x._v.AsSingle()).As<int, T>() }
        : new() { _v = ((x._v.AsDouble() - Vector256.Create(0.5) + Vector256.Create(6755399441055744.0)).AsInt64() & Vector256.Create(0xFFFFL)).As<long, T>() };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> ZeroBytes(byte* bytes, int count)
    {
        Vector128<sbyte> isZero = ByteMask.Zeros(bytes, count, Count);
        return typeof(T) == typeof(float)
            ? new() { _v = Avx2.ConvertToVector256Int32(isZero).As<int, T>() }
            : new() { _v = Avx2.ConvertToVector256Int64(isZero).As<long, T>() };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Packed256<T> ZeroBelow(Packed256<T> v, Packed256<T> least) =>
        new() { _v = Vector256.AndNot(v._v, Vector256.LessThan(v._v, least._v)) };
}
