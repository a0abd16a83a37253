using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// Functions by a call, for the few formulas with several of them: what is over the JIT's budget becomes a call for every single
/// operation, 20 times the time; this is one for each function.
/// </summary>
internal static class Called<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static V Exp(V x) => V.Exp(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static V Log(V x) => V.Log(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static V Log1P(V x) => V.Log1P(x);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static V Pow(V x, V y) => V.Pow(x, y);
}
