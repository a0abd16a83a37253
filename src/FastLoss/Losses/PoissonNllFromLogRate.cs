using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of counts t under Poisson rates e^y, without the term of t alone: e^y - t y. Derivative e^y - t.
/// </summary>
/// <remarks>
/// Within 3 ULP of the larger of its two terms, which may cancel. A count of 0 leaves e^y, 0 at y = -infinity; a positive count
/// there gives +infinity; +infinity at y = +infinity; NaN where y or t is.
/// </remarks>
public readonly struct PoissonNllFromLogRate<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _isFull;

    /// <param name="isFull">Adds Stirling's t ln t - t + ln(2 pi t) / 2 for ln t! of counts above 1.</param>
    public PoissonNllFromLogRate(bool isFull)
    {
        _isFull = isFull;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> rate = VectorMath.Exp(prediction);
        Vector512<T> value = rate - Formula.Weighted(prediction, target);
        value = Lanes.Select(Vector512.Equals(rate, Vector512.Create(T.PositiveInfinity)), rate, value);
        return _isFull ? value + Formula.Stirling(target) : value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) => VectorMath.Exp(prediction) - target;
}
