using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What <see cref="SmallRows"/> writes for elements whose rows have two numbers each.</summary>
internal interface IPerRowStep<T>
{
    static abstract Vector512<T> Of(Vector512<T> x, Vector512<T> first, Vector512<T> second);

    static abstract Vector128<T> Of(Vector128<T> x, Vector128<T> first, Vector128<T> second);
}

/// <summary>x times the first, 0 where x is less than the second.</summary>
internal readonly struct ScaleByRow<T> : IPerRowStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> x, Vector512<T> first, Vector512<T> second) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, second), Vector512<T>.Zero, x) * first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Of(Vector128<T> x, Vector128<T> first, Vector128<T> second) =>
        Register128<T>.Multiply(Register128<T>.ZeroBelow(x, second), first);
}

/// <summary>(x - first) - second.</summary>
internal readonly struct SubtractRows<T> : IPerRowStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> x, Vector512<T> first, Vector512<T> second) => (x - first) - second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Of(Vector128<T> x, Vector128<T> first, Vector128<T> second) => (x - first) - second;
}
