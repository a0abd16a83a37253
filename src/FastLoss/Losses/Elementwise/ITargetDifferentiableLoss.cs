namespace FastLoss;

/// <summary>
/// A loss with its derivative by the target, for targets that are themselves predicted: a teacher that learns, both sides of a divergence,
/// a reconstruction of learned codes. <see cref="Loss.TargetGradient{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})"/>
/// runs it.
/// </summary>
public interface ITargetDifferentiableLoss : IElementwiseLoss
{
    /// <summary>The derivative of each element's loss by its target; at a kink, any number between the one-sided ones.</summary>
    TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>;
}
