using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Elements of either type as a register of doubles.</summary>
internal static unsafe class Wide<V, T>
    where V : unmanaged, IPacked<V, double>, IVector<V>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(T* p) => typeof(T) == typeof(double) ? V.Load((double*)p) : V.LoadSingles((float*)p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LoadFirst(T* p, int count) => typeof(T) == typeof(double) ? V.LoadFirst((double*)p, count) : V.LoadFirstSingles((float*)p, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V v, T* p)
    {
        if (typeof(T) == typeof(double)) V.Store(v, (double*)p);
        else V.StoreSingles(v, (float*)p);
    }
}
