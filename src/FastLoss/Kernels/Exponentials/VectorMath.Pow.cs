using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

internal static partial class VectorMath
{
    /// <summary>
    /// x^y for x &gt;= 0 as e^(y ln x): within 2 + 1.5 |y ln x| ULP. x^0 and 1^y are 1 (NaN included); NaN for negative x.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Pow<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> isOne = Vector512.Equals(x, one) | Vector512.Equals(y, Vector512<T>.Zero);
        return Lanes.Select(isOne, one, Exp(y * Log(x)));
    }
}
