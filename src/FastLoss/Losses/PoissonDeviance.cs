using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>2 (t ln(t / y) - t + y) of counts t &gt;= 0 against rates y: twice <see cref="PoissonNll{T}"/> above its least. Derivative 2 (y - t) / y.</summary>
/// <remarks>
/// Within 15 ULP also where y is near t and the three terms cancel: computed as 2 t (r - ln(1 + r)), r = (y - t) / t. A count of 0
/// leaves 2 y; a positive count at y = 0, or where y / t underflows, gives +infinity; NaN where y or t is negative or NaN, or t is infinite.
/// </remarks>
public readonly struct PoissonDeviance<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> infinity = Vector512.Create(T.PositiveInfinity);
        Vector512<T> two = VectorMath.Of<T>(2);
        Vector512<T> error = prediction - target;
        Vector512<T> r = error / target;

        // From here on t ln(y / t) is below half an ULP of y; so it is where t = 0.
        Vector512<T> isFar = Vector512.GreaterThan(r, VectorMath.Of<T>(1L << 62)) | Vector512.Equals(target, zero);
        Vector512<T> value = Lanes.Select(isFar, two * error, two * target * -VectorMath.Log1PMinus(r, prediction / target));
        return Formula.Within(value, Lanes.AtMost(prediction, target), zero, infinity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> two = VectorMath.Of<T>(2);
        Vector512<T> slope = Lanes.Select(Vector512.Equals(target, zero), two, two * ((prediction - target) / prediction));
        return Formula.Within(slope, Lanes.AtMost(prediction, target), zero, Vector512.Create(T.PositiveInfinity));
    }
}
