using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

public static partial class VectorMath
{
    /// <summary>The logistic function 1 / (1 + e^-x), within 3 ULP also where it is tiny.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sigmoid<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> e = Exp(-Vector512.Abs(x));
        Vector512<T> numerator = Lanes.Select(Vector512.LessThan(x, Vector512<T>.Zero), e, Vector512<T>.One);
        return numerator / (Vector512<T>.One + e);
    }

    /// <summary>ln(1 + e^x), within 2.5 ULP; its derivative is <see cref="Sigmoid{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Softplus<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> positive = Lanes.Select(Vector512.LessThan(x, Vector512<T>.Zero), Vector512<T>.Zero, x);
        return positive + Log1P(Exp(-Vector512.Abs(x)));
    }
}
