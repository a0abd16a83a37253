using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>The logistic function, its integral, and the hyperbolic tangent.</summary>
internal static class Logistic<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x)
    {
        V e = V.ExpOfMinus(V.Abs(x));
        return Formulas.OverOnePlus(V.Where(x < 0, e, 1), e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus(V x) => V.Max(0, x) + V.Log1POfUnit(V.ExpOfMinus(V.Abs(x)));

    /// <summary>(e^2a - 1) / (e^2a + 1); from 20 on it is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        V a = V.Min(20, V.Abs(x));
        V half = Exponentials<V, T>.HalfExpM1(a + a);
        return V.CopySign(half / (half + 1), x);
    }
}
