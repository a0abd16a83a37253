using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// max(0, margin - t d) of the difference d of two scores against a target t of 1 (the first should rank higher) or -1
/// (the second). <see cref="PairwiseRanking"/> takes it of pairs of scores; margin_ranking_loss of PyTorch. Derivative -t where
/// margin - t d is positive, else 0.
/// </summary>
/// <remarks>Within 1 ULP of max(margin, |t d|). NaN where d or t is. An infinite difference on the right side gives 0, on the wrong side +infinity.</remarks>
public readonly struct MarginRanking<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _margin;

    /// <summary>With margin 0.</summary>
    public MarginRanking()
        : this(T.Zero)
    {
    }

    /// <param name="margin">By how much the right score should be the larger; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">margin is not finite.</exception>
    public MarginRanking(T margin)
    {
        Guard.Finite(margin);
        _margin = margin;
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target) =>
        Formula.PositivePart(Lanes.Fma(-target, prediction, Vector512.Create(_margin)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> rest = Lanes.Fma(-target, prediction, Vector512.Create(_margin));
        return Lanes.Select(Vector512.GreaterThan(rest, Vector512<T>.Zero), -target, Formula.PositivePart(rest));
    }
}
