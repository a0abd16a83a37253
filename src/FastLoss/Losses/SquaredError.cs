using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss;

/// <summary>(y - t)^2; the mean is the mean squared error. Derivative 2 (y - t).</summary>
/// <remarks>Within 2 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct SquaredError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = prediction - target;
        return error * error;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = prediction - target;
        return error + error;
    }
}
