namespace FastLoss;

/// <summary>
/// A loss with its second derivative: what second-order methods and the objectives of gradient-boosted trees need. Every built-in
/// element-wise loss is one; <see cref="Loss.EvaluateWithCurvature{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, LossOptions{T})"/> runs it.
/// </summary>
public interface ICurvedLoss : IElementwiseLoss
{
    /// <summary>
    /// The second derivative of each element's loss by its prediction. Where the derivative jumps or bends, the one of either side;
    /// at a kink of the loss itself 0.
    /// </summary>
    TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>;
}
