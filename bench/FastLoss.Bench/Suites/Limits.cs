using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Bench.Suites;

/// <summary>What the machine allows at best: loads, stores and independent arithmetic with nothing else in the way.</summary>
internal static unsafe class Limits
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Read<T>(AlignedBuffer<T> x) where T : unmanaged
    {
        float* p = (float*)x.Address;
        nuint count = (nuint)(x.Bytes / sizeof(float)), i = 0;
        Vector512<float> a = default, b = default, c = default, d = default;
        for (; i + 64 <= count; i += 64)
        {
            a += Vector512.LoadAligned(p + i);
            b += Vector512.LoadAligned(p + i + 16);
            c += Vector512.LoadAligned(p + i + 32);
            d += Vector512.LoadAligned(p + i + 48);
        }
        for (; i + 16 <= count; i += 16) a += Vector512.LoadAligned(p + i);
        float rest = 0;
        for (; i < count; i++) rest += p[i];
        return Vector512.Sum(a + b + (c + d)) + rest;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double ReadTwo<T>(AlignedBuffer<T> x, AlignedBuffer<T> y) where T : unmanaged
    {
        float* p = (float*)x.Address, q = (float*)y.Address;
        nuint count = (nuint)(x.Bytes / sizeof(float)), i = 0;
        Vector512<float> a = default, b = default, c = default, d = default;
        for (; i + 64 <= count; i += 64)
        {
            a += Vector512.LoadAligned(p + i) + Vector512.LoadAligned(q + i);
            b += Vector512.LoadAligned(p + i + 16) + Vector512.LoadAligned(q + i + 16);
            c += Vector512.LoadAligned(p + i + 32) + Vector512.LoadAligned(q + i + 32);
            d += Vector512.LoadAligned(p + i + 48) + Vector512.LoadAligned(q + i + 48);
        }
        for (; i + 16 <= count; i += 16) a += Vector512.LoadAligned(p + i) + Vector512.LoadAligned(q + i);
        float rest = 0;
        for (; i < count; i++) rest += p[i] + q[i];
        return Vector512.Sum(a + b + (c + d)) + rest;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(AlignedBuffer<T> from, AlignedBuffer<T> to) where T : unmanaged
    {
        float* p = (float*)from.Address, q = (float*)to.Address;
        nuint count = (nuint)(from.Bytes / sizeof(float)), i = 0;
        for (; i + 64 <= count; i += 64)
        {
            Vector512.LoadAligned(p + i).StoreAligned(q + i);
            Vector512.LoadAligned(p + i + 16).StoreAligned(q + i + 16);
            Vector512.LoadAligned(p + i + 32).StoreAligned(q + i + 32);
            Vector512.LoadAligned(p + i + 48).StoreAligned(q + i + 48);
        }
        for (; i + 16 <= count; i += 16) Vector512.LoadAligned(p + i).StoreAligned(q + i);
        for (; i < count; i++) q[i] = p[i];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void CopyNonTemporal<T>(AlignedBuffer<T> from, AlignedBuffer<T> to) where T : unmanaged
    {
        float* p = (float*)from.Address, q = (float*)to.Address;
        nuint count = (nuint)(from.Bytes / sizeof(float)), i = 0;
        for (; i + 64 <= count; i += 64)
        {
            Vector512.LoadAligned(p + i).StoreAlignedNonTemporal(q + i);
            Vector512.LoadAligned(p + i + 16).StoreAlignedNonTemporal(q + i + 16);
            Vector512.LoadAligned(p + i + 32).StoreAlignedNonTemporal(q + i + 32);
            Vector512.LoadAligned(p + i + 48).StoreAlignedNonTemporal(q + i + 48);
        }
        for (; i + 16 <= count; i += 16) Vector512.LoadAligned(p + i).StoreAligned(q + i);
        for (; i < count; i++) q[i] = p[i];
    }

    /// <summary>Reads two bytes and writes four, with the cheapest thing between them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Widen(AlignedBuffer<Half> from, AlignedBuffer<float> to)
    {
        ushort* p = (ushort*)from.Address;
        uint* q = (uint*)to.Address;
        nuint count = (nuint)from.Length, i = 0;
        for (; i + 32 <= count; i += 32)
        {
            Vector512<ushort> v = Vector512.LoadAligned(p + i);
            Vector512.WidenLower(v).StoreAligned(q + i);
            Vector512.WidenUpper(v).StoreAligned(q + i + 16);
        }
        for (; i < count; i++) q[i] = p[i];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void WidenNonTemporal(AlignedBuffer<Half> from, AlignedBuffer<float> to)
    {
        ushort* p = (ushort*)from.Address;
        uint* q = (uint*)to.Address;
        nuint count = (nuint)from.Length, i = 0;
        for (; i + 32 <= count; i += 32)
        {
            Vector512<ushort> v = Vector512.LoadAligned(p + i);
            Vector512.WidenLower(v).StoreAlignedNonTemporal(q + i);
            Vector512.WidenUpper(v).StoreAlignedNonTemporal(q + i + 16);
        }
        for (; i < count; i++) q[i] = p[i];
    }

    /// <summary>Eight multiply-adds on each vector read, in eight chains: the least an exponential and its sum can cost.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double EightOperations<T>(AlignedBuffer<T> x) where T : unmanaged
    {
        float* p = (float*)x.Address;
        nuint count = (nuint)(x.Bytes / sizeof(float));
        Vector512<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        Vector512<float> k = Vector512.Create(0.5f);
        for (nuint i = 0; i + 16 <= count; i += 16)
        {
            Vector512<float> v = Vector512.LoadAligned(p + i);
            a = Vector512.FusedMultiplyAdd(v, k, a);
            b = Vector512.FusedMultiplyAdd(v, k, b);
            c = Vector512.FusedMultiplyAdd(v, k, c);
            d = Vector512.FusedMultiplyAdd(v, k, d);
            e = Vector512.FusedMultiplyAdd(v, k, e);
            f = Vector512.FusedMultiplyAdd(v, k, f);
            g = Vector512.FusedMultiplyAdd(v, k, g);
            h = Vector512.FusedMultiplyAdd(v, k, h);
        }
        return Vector512.Sum(a + b + (c + d) + (e + f + (g + h)));
    }
}
