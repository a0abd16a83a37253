using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The largest element of a row of at least a register; a NaN is passed over.</summary>
internal readonly unsafe struct RowMax<T>(T* row, nint count) : IKernel<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public T Run<V>()
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        T* x = row;
        nint n = count, whole = n & -(4 * V.Count), i = 0;
        V a = double.NegativeInfinity, b = a, c = a, d = a;
        for (; i < whole; i += 4 * V.Count)
        {
            a = V.Max(V.Load(x + i), a);
            b = V.Max(V.Load(x + i + V.Count), b);
            c = V.Max(V.Load(x + i + (2 * V.Count)), c);
            d = V.Max(V.Load(x + i + (3 * V.Count)), d);
        }

        // The last one may reach back.
        for (; i < n; i += V.Count) a = V.Max(V.Load(x + Math.Min(i, n - V.Count)), a);
        return LaneFold<V, T>.Of<Maximum>(V.Max(V.Max(a, b), V.Max(c, d)));
    }
}
