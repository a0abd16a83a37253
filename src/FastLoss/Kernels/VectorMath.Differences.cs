using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>Functions less the first terms of their series: what deviances are made of, and what cancels when subtracted.</summary>
public static partial class VectorMath
{
    /// <summary>
    /// ln(1 + x) - x, which is about -x^2 / 2 near 0: within 10 ULP. -infinity at -1 and at +infinity, NaN below -1. Of an x that is
    /// a quotient less 1, <paramref name="ratio"/> is the quotient: near x = -1, 1 + x has lost its digits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> Log1PMinus<T>(Vector512<T> x, Vector512<T> ratio)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Avx512F.IsSupported ? Log1PMinusInline(x, ratio) : Log1PMinusCalled(x, ratio);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> Log1PMinusCalled<T>(Vector512<T> x, Vector512<T> ratio)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Log1PMinusInline(x, ratio);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Log1PMinusInline<T>(Vector512<T> x, Vector512<T> ratio)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The form of Log without its last addition: s = x / (2 + x), ln(1 + x) = x - (x^2/2 - s (x^2/2 + R(s^2))).
        Vector512<T> s = x / (x + Of<T>(2));
        Vector512<T> halfSquare = x * x * Of<T>(0.5);
        Vector512<T> near = Lanes.Fma(s, halfSquare + LogRest(s * s), -halfSquare);
        Vector512<T> isNear = Vector512.GreaterThan(x, Of<T>(-0.2928)) & Vector512.LessThan(x, Of<T>(0.4142));
        Vector512<T> far = Log(ratio) - x;
        far = Lanes.Select(Vector512.Equals(x, Vector512.Create(T.PositiveInfinity)), -x, far);
        return Lanes.Select(isNear, near, far);
    }

    /// <summary>e^x - 1 - x, which is about x^2 / 2 near 0, for |x| up to 1: within 3 ULP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<T> ExpM1Minus<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The series of (e^x - 1 - x) / x^2, its first dropped term below half an ULP.
        Vector512<T> q;
        if (typeof(T) == typeof(float))
        {
            q = Lanes.Fma(Of<T>(1 / 479001600.0), x, Of<T>(1 / 39916800.0));
        }
        else
        {
            q = Lanes.Fma(Of<T>(1 / 121645100408832000.0), x, Of<T>(1 / 6402373705728000.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 355687428096000.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 20922789888000.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 1307674368000.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 87178291200.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 6227020800.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 479001600.0));
            q = Lanes.Fma(q, x, Of<T>(1 / 39916800.0));
        }

        q = Lanes.Fma(q, x, Of<T>(1 / 3628800.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 362880.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 40320.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 5040.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 720.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 120.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 24.0));
        q = Lanes.Fma(q, x, Of<T>(1 / 6.0));
        q = Lanes.Fma(q, x, Of<T>(0.5));
        return q * (x * x);
    }
}
