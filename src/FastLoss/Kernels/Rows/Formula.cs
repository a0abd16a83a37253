using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What the formulas of several losses have in common.</summary>
internal static class Formula
{
    /// <summary>x where it is positive (or NaN), 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PositivePart<T>(Vector512<T> x) => Lanes.AtLeast(Vector512<T>.Zero, x);

    /// <summary>value * weight, and 0 where the weight is 0 whatever the value, infinity and NaN included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Weighted<T>(Vector512<T> value, Vector512<T> weight) =>
        Vector512.AndNot(value * weight, Vector512.Equals(weight, Vector512<T>.Zero));
}
