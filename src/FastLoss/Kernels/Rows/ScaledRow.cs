using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A row times its number.</summary>
internal readonly unsafe struct ScaledRow : IRowMap
{
    public static int Inputs => 1;

    public static int Outputs => 1;

    public static int Numbers => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
        where V : unmanaged, IPacked<V, double>, IVector<V>
    {
        second = third = default;
        return x * V.Load(p);
    }
}
