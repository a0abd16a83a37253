using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The focal loss of a logit y against t in [0, 1] (Lin et al. 2017): a u^gamma times the binary cross-entropy, where
/// u = t (1 - p) + (1 - t) p is the probability of being wrong, p = 1 / (1 + e^-y), and a = alpha t + (1 - alpha)(1 - t) (1 without
/// alpha). Well-classified elements fade; gamma 0 is <see cref="BinaryCrossEntropyFromLogits{T}"/>.
/// </summary>
/// <remarks>
/// Within 12 ULP for gamma 0, 1 and 2, else within 12 + 1.5 gamma |ln u| ULP. A logit of +infinity (-infinity) against 1 (0) gives
/// 0, against 0 (1) +infinity; the derivative is finite where t is 0 or 1. NaN where y or t is.
/// </remarks>
public readonly struct SigmoidFocal<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _gamma;
    private readonly T _positiveAlpha;
    private readonly T _negativeAlpha;

    /// <summary>With gamma 2 and no alpha.</summary>
    public SigmoidFocal()
        : this(T.CreateTruncating(2))
    {
    }

    /// <param name="gamma">How fast well-classified elements fade, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma is negative or not finite.</exception>
    public SigmoidFocal(T gamma)
    {
        Guard.NotNegative(gamma);
        _gamma = gamma;
        _positiveAlpha = T.One;
        _negativeAlpha = T.One;
    }

    /// <param name="gamma">How fast well-classified elements fade, 0 or more.</param>
    /// <param name="alpha">The weight of positives, 0 to 1; negatives have 1 - alpha.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public SigmoidFocal(T gamma, T alpha)
        : this(gamma)
    {
        Guard.Between(alpha, 0, 1);
        _positiveAlpha = alpha;
        _negativeAlpha = T.One - alpha;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Formula.SigmoidsApart(prediction, out Vector512<T> probability, out Vector512<T> complement);
        Vector512<T> other = Vector512<T>.One - target;
        Vector512<T> wrong = (target * complement) + (other * probability);
        Vector512<T> alpha = (target * Vector512.Create(_positiveAlpha)) + (other * Vector512.Create(_negativeAlpha));
        return Formula.Weighted(CrossEntropy(prediction, target, other), alpha * Power(wrong));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        // With h the cross-entropy: a u^gamma (gamma (1 - 2t) p (1 - p) h / u + dh/dy), where p (1 - p) = 0 silences h = infinity.
        Formula.SigmoidsApart(prediction, out Vector512<T> probability, out Vector512<T> complement);
        Vector512<T> other = Vector512<T>.One - target;
        Vector512<T> wrong = (target * complement) + (other * probability);
        Vector512<T> alpha = (target * Vector512.Create(_positiveAlpha)) + (other * Vector512.Create(_negativeAlpha));
        Vector512<T> variance = probability * complement;
        Vector512<T> slope = Vector512.AndNot(variance / wrong, Vector512.Equals(variance, Vector512<T>.Zero)) * (other - target);
        Vector512<T> inner = Formula.Weighted(CrossEntropy(prediction, target, other), slope * Vector512.Create(_gamma))
            + ((other * probability) - (target * complement));
        return Formula.Weighted(inner, alpha * Power(wrong));
    }

    /// <summary>u^gamma, without exponential and logarithm where gamma is one that everybody uses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Power(Vector512<T> wrong)
    {
        if (_gamma == T.One + T.One) return wrong * wrong;
        return _gamma == T.One ? wrong : VectorMath.Pow(wrong, Vector512.Create(_gamma));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> CrossEntropy(Vector512<T> logit, Vector512<T> target, Vector512<T> other)
    {
        Vector512<T> tail = VectorMath.Log1P(VectorMath.Exp(-Vector512.Abs(logit)));
        return Formula.Weighted(tail + Formula.PositivePart(-logit), target)
            + Formula.Weighted(tail + Formula.PositivePart(logit), other);
    }
}
