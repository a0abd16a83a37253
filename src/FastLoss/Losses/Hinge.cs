using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>max(0, 1 - t y) of a score y against a target t of -1 or 1. Derivative -t where 1 - t y is positive, else 0.</summary>
/// <remarks>Within 1 ULP of max(1, |t y|). NaN where y or t is. A score infinite on the right side gives 0, on the wrong side +infinity.</remarks>
public readonly struct Hinge<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) =>
        Formula.PositivePart(Lanes.Fma(-target, prediction, Vector512<T>.One));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> margin = Lanes.Fma(-target, prediction, Vector512<T>.One);
        return Lanes.Select(Vector512.GreaterThan(margin, Vector512<T>.Zero), -target, Formula.PositivePart(margin));
    }
}
