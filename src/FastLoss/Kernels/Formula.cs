using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>What the formulas of several losses have in common.</summary>
internal static class Formula
{
    /// <summary>1, -1, or x itself where it is 0 or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sign<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> sign = Lanes.Select(Vector512.LessThan(x, zero), -one, x);
        return Lanes.Select(Vector512.GreaterThan(x, zero), one, sign);
    }

    /// <summary>x where it is positive (or NaN), 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PositivePart<T>(Vector512<T> x) => Lanes.AtLeast(Vector512<T>.Zero, x);

    /// <summary>value * weight, and 0 where the weight is 0 whatever the value, infinity and NaN included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Weighted<T>(Vector512<T> value, Vector512<T> weight) =>
        Vector512.AndNot(value * weight, Vector512.Equals(weight, Vector512<T>.Zero));

    /// <summary>value where low &lt;= x &lt;= high, NaN elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Within<T>(Vector512<T> value, Vector512<T> x, Vector512<T> low, Vector512<T> high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.Select(
            Vector512.GreaterThanOrEqual(x, low) & Vector512.LessThanOrEqual(x, high), value, Vector512.Create(T.NaN));

    /// <summary>ln(2 pi) / 2.</summary>
    public const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>A target smoothed towards one half: t (1 - s) + s / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Smooth<T>(Vector512<T> target, T smoothing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.Fma(
            target, Vector512.Create(T.One - smoothing), Vector512.Create(smoothing * T.CreateTruncating(0.5)));

    /// <summary>The logistic function of x and of -x, both to all their digits, with one exponential and one division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoids<T>(Vector512<T> x, out Vector512<T> probability, out Vector512<T> complement)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> e = VectorMath.Exp(-Vector512.Abs(x));
        Vector512<T> large = VectorMath.OverOnePlus(Vector512<T>.One, e);
        Vector512<T> small = e * large;
        Vector512<T> isNegative = Vector512.LessThan(x, Vector512<T>.Zero);
        probability = Lanes.Select(isNegative, small, large);
        complement = Lanes.Select(isNegative, large, small);
    }

    /// <summary>
    /// <see cref="Sigmoids{T}"/> by a call where a vector is several registers: for formulas that inlining them takes past the JIT's
    /// 512 locals.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SigmoidsApart<T>(Vector512<T> x, out Vector512<T> probability, out Vector512<T> complement)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Avx512F.IsSupported) Sigmoids(x, out probability, out complement);
        else SigmoidsCalled(x, out probability, out complement);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SigmoidsCalled<T>(Vector512<T> x, out Vector512<T> probability, out Vector512<T> complement)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sigmoids(x, out probability, out complement);

    /// <summary>Stirling's t ln t - t + ln(2 pi t) / 2 for ln t!, 0 up to t = 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Stirling<T>(Vector512<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> half = VectorMath.Of<T>(0.5);
        Vector512<T> log = VectorMath.Log(target);
        Vector512<T> value = Lanes.Fma(target, log, -target) + Lanes.Fma(half, log, VectorMath.Of<T>(HalfLogTwoPi));
        return Vector512.AndNot(value, Vector512.LessThanOrEqual(target, Vector512<T>.One));
    }
}
