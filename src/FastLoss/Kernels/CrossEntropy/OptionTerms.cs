using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>A class's part of a row's loss: its log-probability l and what it counts, a.</summary>
internal static class OptionTerms
{
    /// <summary>-a (1 - p)^gamma l, 0 where a is 0; b is its derivative by l: a (1 - p)^gamma (gamma l p / (1 - p) - 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> l, Vector512<T> a, double gamma, out Vector512<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (gamma == 0)
        {
            b = -a;
            return Formula.Weighted(-l, a);
        }

        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> complement = -VectorMath.ExpM1(l);
        Vector512<T> factor = gamma == 1 ? complement
            : gamma == 2 ? complement * complement
            : VectorMath.Pow(complement, VectorMath.Of<T>(gamma));

        // l p / (1 - p) is -1 at p = 1 and 0 at p = 0.
        Vector512<T> ratio = Formula.Weighted(l, VectorMath.Exp(l)) / complement;
        ratio = Lanes.Select(Vector512.Equals(complement, zero), -Vector512<T>.One, ratio);
        b = Formula.Weighted(factor * Lanes.Fma(VectorMath.Of<T>(gamma), ratio, -Vector512<T>.One), a);
        return Formula.Weighted(-l * factor, a);
    }

    /// <summary>One class's, in double.</summary>
    public static double Of(double l, double a, double gamma, out double b)
    {
        double value = Of(Vector512.Create(l), Vector512.Create(a), gamma, out Vector512<double> slope)[0];
        b = slope[0];
        return value;
    }
}
