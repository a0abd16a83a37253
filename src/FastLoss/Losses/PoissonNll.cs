using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of counts t under Poisson rates y, without the term of t alone: y - t ln(y + epsilon).
/// Derivative 1 - t / (y + epsilon). From logarithms of rates: <see cref="PoissonNllFromLogRate{T}"/>.
/// </summary>
/// <remarks>
/// Within 2 ULP of the larger of its two terms, which may cancel. A count of 0 leaves y, also at y = 0; a positive count at
/// rate 0 gives +infinity; NaN where y + epsilon is negative, or y or t is NaN.
/// </remarks>
public readonly struct PoissonNll<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _epsilon;
    private readonly bool _isFull;

    /// <summary>Without epsilon and the term of t alone.</summary>
    public PoissonNll()
        : this(T.Zero)
    {
    }

    /// <param name="epsilon">What is added to a rate before its logarithm is taken, 0 or more; 1e-8 elsewhere.</param>
    /// <param name="isFull">Adds Stirling's t ln t - t + ln(2 pi t) / 2 for ln t! of counts above 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">epsilon is negative or not finite.</exception>
    public PoissonNll(T epsilon, bool isFull = false)
    {
        Guard.NotNegative(epsilon);
        _epsilon = epsilon;
        _isFull = isFull;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> value = prediction - Formula.Weighted(VectorMath.Log(prediction + Vector512.Create(_epsilon)), target);
        value = Lanes.Select(Vector512.Equals(prediction, Vector512.Create(T.PositiveInfinity)), prediction, value);
        return _isFull ? value + Formula.Stirling(target) : value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> rate = prediction + Vector512.Create(_epsilon);
        Vector512<T> slope = Vector512<T>.One - Formula.Weighted(Vector512<T>.One / rate, target);
        return Formula.Within(slope, rate, Vector512<T>.Zero, Vector512.Create(T.PositiveInfinity));
    }
}
