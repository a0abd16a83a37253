using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// What is divided out of a row's exponentials so that the largest is about 1. Either e to the largest logit, by
/// subtracting it; or a power of two, which is exact, where subtracting rounds (float 32 - 96 is off by 4e-6, and so is e to
/// it). Sums do not need the second: where the difference is large enough to round, its exponential is too small to matter.
/// </summary>
internal readonly unsafe struct RowShift<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Log2E = 1.44269504088896340736;

    public RowShift(T offset, double power)
    {
        Offset = offset;
        Power = power;
    }

    /// <summary>Subtracted from every logit.</summary>
    public T Offset { get; }

    /// <summary>Exponentials are multiplied by 2^-Power.</summary>
    public double Power { get; }

    public bool IsNone => Power == 0 && Offset == T.Zero;

    public static RowShift<T> Subtract(T max) => new(max, 0);

    /// <summary>Beyond this, n ln 2 no longer fits the reduction's integers; infinities and NaN are subtracted too.</summary>
    public static double Limit => typeof(T) == typeof(float) ? 1e5 : 1e12;

    public static RowShift<T> Divide(T max)
    {
        double wide = double.CreateTruncating(max);
        return Math.Abs(wide) <= Limit ? new(T.Zero, Math.Round(wide * Log2E)) : Subtract(max);
    }

    /// <summary>
    /// What to divide out before the row is seen: none, or the power of two nearest the largest of the first elements where
    /// those lie outside the middle of the range that needs none. A good guess saves a wide or shifted row its second pass.
    /// Not inlined: its callers are compiled unoptimised at first, where vectors are a hundred times slower.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static RowShift<T> Guess<V>(T* x, nint n)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        int lanes = DoubleSum<V, T>.Lanes;
        if (n < 4 * lanes) return default;
        V high = typeof(T) == typeof(float) ? 40 : 400;
        V low = typeof(T) == typeof(float) ? -5 : -100;
        V isHigh = default, isAbove = default;
        for (nint i = 0; i < lanes; i += V.Count)
        {
            V v0 = V.Load(x + i), v1 = V.Load(x + i + lanes);
            V v2 = V.Load(x + i + (2 * lanes)), v3 = V.Load(x + i + (3 * lanes));
            isAbove |= v0 > low;
            isHigh |= (v0 > high) | (v1 > high) | (v2 > high) | (v3 > high);
        }

        return V.Bits(isHigh) == 0 && V.Bits(isAbove) != 0 ? default : GuessFar<V>(x, 4 * lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static RowShift<T> GuessFar<V>(T* x, nint n)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        RowShift<T> shift = Divide(ExpSum<V, T>.Max(x, n, -1));
        bool isNear = typeof(T) == typeof(float) ? Math.Abs(shift.Power) < 15 : Math.Abs(shift.Power) < 145;
        return isNear || shift.Offset != T.Zero ? default : shift;
    }

    /// <summary>x less what was divided out, without the rounding of a product with ln 2.</summary>
    public double Below(double x) =>
        Math.FusedMultiplyAdd(-Power, ScalarMath.Ln2High, x - double.CreateTruncating(Offset)) - (Power * ScalarMath.Ln2Low);

    /// <summary>The same, and what the result rounds away.</summary>
    public double Below(double x, out double lost)
    {
        double product = Power * ScalarMath.Ln2High;
        double productLost = Math.FusedMultiplyAdd(Power, ScalarMath.Ln2High, -product);
        double difference = ScalarMath.Difference(x - double.CreateTruncating(Offset), product, out lost);
        lost -= Math.FusedMultiplyAdd(Power, ScalarMath.Ln2Low, productLost);
        double below = difference + lost;
        lost -= below - difference;
        return below;
    }
}
