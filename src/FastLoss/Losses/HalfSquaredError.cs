using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss;

/// <summary>
/// (y - t)^2 / 2, of <see cref="Loss.SumOfSquaredErrors{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/>. Derivative y - t.
/// </summary>
/// <remarks>Within 2 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct HalfSquaredError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = prediction - target;
        return error * (error * VectorMath.Of<T>(0.5));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) => prediction - target;
}
