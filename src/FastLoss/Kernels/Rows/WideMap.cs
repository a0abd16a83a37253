using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>One row's results, for <see cref="WideRow"/>.</summary>
internal static unsafe class WideMap<T, TMap>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TMap : struct, IRowMap
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Write<V>(in WideRows<T> rows, in WideRows<T> destinations, nint n, double* p)
        where V : unmanaged, IPacked<V, double>, IVector<V>
    {
        T* x = rows.X, y = rows.Y, z = rows.Z, first = destinations.X, second = destinations.Y, third = destinations.Z;
        nint i = 0;
        for (nint end = n - V.Count; i <= end; i += V.Count)
        {
            V u = TMap.Of(
                Wide<V, T>.Load(x + i),
                TMap.Inputs > 1 ? Wide<V, T>.Load(y + i) : default,
                TMap.Inputs > 2 ? Wide<V, T>.Load(z + i) : default,
                p,
                out V v,
                out V w);
            if (TMap.Outputs == 1 || first != null) Wide<V, T>.Store(u, first + i);
            if (TMap.Outputs > 1 && second != null) Wide<V, T>.Store(v, second + i);
            if (TMap.Outputs > 2 && third != null) Wide<V, T>.Store(w, third + i);
        }

        if (i < n) Last<V>(rows, destinations, i, (int)(n - i), p);
    }

    /// <summary>The elements past the last whole register.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Last<V>(in WideRows<T> rows, in WideRows<T> destinations, nint i, int left, double* p)
        where V : unmanaged, IPacked<V, double>, IVector<V>
    {
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(3 * V.Count)]);
        V u = TMap.Of(
            Wide<V, T>.LoadFirst(rows.X + i, left),
            TMap.Inputs > 1 ? Wide<V, T>.LoadFirst(rows.Y + i, left) : default,
            TMap.Inputs > 2 ? Wide<V, T>.LoadFirst(rows.Z + i, left) : default,
            p,
            out V v,
            out V w);
        Wide<V, T>.Store(u, buffer);
        if (TMap.Outputs > 1) Wide<V, T>.Store(v, buffer + V.Count);
        if (TMap.Outputs > 2) Wide<V, T>.Store(w, buffer + (2 * V.Count));
        for (int k = 0; k < left; k++)
        {
            if (TMap.Outputs == 1 || destinations.X != null) destinations.X[i + k] = buffer[k];
            if (TMap.Outputs > 1 && destinations.Y != null) destinations.Y[i + k] = buffer[V.Count + k];
            if (TMap.Outputs > 2 && destinations.Z != null) destinations.Z[i + k] = buffer[(2 * V.Count) + k];
        }

        Scratch.Check(buffer, 3 * V.Count);
    }
}
