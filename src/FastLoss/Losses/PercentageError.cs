using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// 100 |y - t| / max(|t|, epsilon); the mean is the mean absolute percentage error. Derivative 100 sign(y - t) / max(|t|, epsilon).
/// </summary>
/// <remarks>Within 3 ULP. +infinity where y is infinite; NaN where t is, or y or t is NaN.</remarks>
public readonly struct PercentageError<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _epsilon;

    /// <summary>With epsilon 1e-7.</summary>
    public PercentageError()
        : this(T.CreateTruncating(1e-7))
    {
    }

    /// <param name="epsilon">What the divisor is at least, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">epsilon is not positive and finite.</exception>
    public PercentageError(T epsilon)
    {
        Guard.Positive(epsilon);
        _epsilon = epsilon;
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> scale = Lanes.AtLeast(Vector512.Create(_epsilon), Vector512.Abs(target));
        return Vector512.Abs(prediction - target) / scale * VectorMath.Of<T>(100);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> scale = Lanes.AtLeast(Vector512.Create(_epsilon), Vector512.Abs(target));
        return Formula.Sign(prediction - target) / scale * VectorMath.Of<T>(100);
    }
}
