using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What <see cref="SmallRows"/> writes for elements whose rows have two numbers each.</summary>
internal interface IPerRowStep
{
    static abstract V Of<V, T>(V x, V first, V second)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>x times the first, 0 where x is less than the second.</summary>
internal readonly struct ScaleByRow : IPerRowStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V, T>(V x, V first, V second)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.ZeroBelow(x, second) * first;
}

/// <summary>(x - first) - second.</summary>
internal readonly struct SubtractRows : IPerRowStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V, T>(V x, V first, V second)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (x - first) - second;
}

/// <summary><see cref="SmallRows{V, T}.FillRowTable"/> on the machine's register.</summary>
internal readonly unsafe struct RowTable<T>(T* table, int classCount, int rows) : IKernel<T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Run<V>()
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        SmallRows<V, T>.FillRowTable(table, classCount, rows);
        return 0;
    }
}
