using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

internal static partial class VectorMath
{
    /// <summary>The logistic function 1 / (1 + e^-x), within 3 ULP also where it is tiny.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sigmoid<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> e = Exp(-Vector512.Abs(x));
        Vector512<T> numerator = Lanes.Select(Vector512.LessThan(x, Vector512<T>.Zero), e, Vector512<T>.One);
        return OverOnePlus(numerator, e);
    }

    /// <summary>
    /// numerator / (1 + e) for e from 0 to 1. What rounding 1 + e lost is made good: it is an ULP of a quotient just below a power of
    /// two, 3.1 ULP in all with the exponential's two.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> OverOnePlus<T>(Vector512<T> numerator, Vector512<T> e)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> sum = Vector512<T>.One + e;
        Vector512<T> lost = e - (sum - Vector512<T>.One);
        Vector512<T> quotient = numerator / sum;
        return Lanes.Fma(-quotient, lost, quotient);
    }
}
