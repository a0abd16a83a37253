using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// e^2 / 2 for |e| &lt;= delta, delta (|e| - delta / 2) beyond, e = y - t: squares near 0, absolute values far off
/// (Huber 1964). Derivative: e, but at most delta and at least -delta.
/// </summary>
/// <remarks>Within 3 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct Huber<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _delta;

    /// <summary>With delta 1.</summary>
    public Huber()
        : this(T.One)
    {
    }

    /// <param name="delta">Where squares end, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">delta is not positive and finite.</exception>
    public Huber(T delta)
    {
        Guard.Positive(delta);
        _delta = delta;
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> delta = Vector512.Create(_delta);
        Vector512<T> half = VectorMath.Of<T>(0.5);
        Vector512<T> error = Vector512.Abs(prediction - target);
        return Lanes.Select(
            Vector512.LessThanOrEqual(error, delta), error * (error * half), delta * (error - (delta * half)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> delta = Vector512.Create(_delta);
        return Lanes.AtMost(delta, Lanes.AtLeast(-delta, prediction - target));
    }
}
