using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>max(0, 1 - t y)^2 of a score y against a target t of -1 or 1. Derivative -2 t max(0, 1 - t y).</summary>
/// <remarks>Its root is within 1 ULP of max(1, |t y|). NaN where y or t is. A score infinite on the right side gives 0, on the wrong side +infinity.</remarks>
public readonly struct SquaredHinge<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> margin = Formula.PositivePart(Lanes.Fma(-target, prediction, Vector512<T>.One));
        return margin * margin;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> margin = Formula.PositivePart(Lanes.Fma(-target, prediction, Vector512<T>.One));
        return -(target + target) * margin;
    }
}
