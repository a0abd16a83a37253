using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>Losses of pairs of scores.</content>
public static partial class Loss
{
    /// <summary>The losses of all pairs of scores.</summary>
    /// <param name="loss">Such as <c>new PairwiseRanking&lt;MarginRanking&gt;(new(0.5))</c>.</param>
    /// <param name="first">A score for each pair.</param>
    /// <param name="second">The other score of each pair.</param>
    /// <param name="targets">1 where the first should rank higher, -1 where the second should.</param>
    /// <param name="options">Which pairs count and by how much, and how the call runs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many pairs counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally Evaluate<TLoss, T>(
        PairwiseRanking<TLoss> loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckScores(first, second, targets, options, Wanted.Nothing);
        return ElementwiseCall.Run(
            new() { First = first, Second = second, Third = targets },
            options,
            new RankingOperators.Values<TLoss, No, No>(loss.OfDifference),
            new RankingOperators.Values<TLoss, No, Yes>(loss.OfDifference));
    }

    /// <summary>The losses of all pairs of scores, and the gradients of their mean with respect to both scores, in one pass.</summary>
    /// <param name="loss">Such as <c>new PairwiseRanking&lt;MarginRanking&gt;(new(0.5))</c>.</param>
    /// <param name="first">A score for each pair.</param>
    /// <param name="second">The other score of each pair.</param>
    /// <param name="targets">1 where the first should rank higher, -1 where the second should.</param>
    /// <param name="firstGradient">Receives the derivative by each first score; exactly one of the inputs, or apart from them.</param>
    /// <param name="secondGradient">Receives its opposite, the derivative by each second score; likewise, and apart from the first.</param>
    /// <param name="options">Which pairs count and by how much, and how the call runs.</param>
    /// <returns>As the losses alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps an input in part, or the other gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T>(
        PairwiseRanking<TLoss> loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckScores(first, second, targets, options, Wanted.Gradient);
        ElementwiseCall.Writes(firstGradient, first, second, options).Input(targets, options);
        ElementwiseCall.Writes(secondGradient, first, second, options).Input(targets, options).Apart<T>(firstGradient);
        GradientScale scale = ElementwiseCall.Scale(options, first.Length);
        return ElementwiseCall.RunGradient(
            new() { First = first, Second = second, Third = targets, Results = firstGradient, SecondResults = secondGradient },
            options,
            scale,
            new RankingOperators.Gradients<TLoss, No>(loss.OfDifference, scale),
            new RankingOperators.Gradients<TLoss, Yes>(loss.OfDifference, scale));
    }

    /// <summary>The gradients of the mean of the losses of pairs of scores alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{TLoss, T}(PairwiseRanking{TLoss}, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, LossOptions{T})" path="/param"/>
    /// <inheritdoc cref="EvaluateWithGradient{TLoss, T}(PairwiseRanking{TLoss}, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, LossOptions{T})" path="/exception"/>
    public static void Gradient<TLoss, T>(
        PairwiseRanking<TLoss> loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, first, second, targets, firstGradient, secondGradient, options);

    /// <summary>The loss of each pair of scores, times its weight.</summary>
    /// <param name="loss">Such as <c>new PairwiseRanking&lt;MarginRanking&gt;(new(0.5))</c>.</param>
    /// <param name="first">A score for each pair.</param>
    /// <param name="second">The other score of each pair.</param>
    /// <param name="targets">1 where the first should rank higher, -1 where the second should.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; exactly one of the inputs, or apart from them.</param>
    /// <param name="options">Which pairs count and by how much, and how the call runs.</param>
    /// <returns>As their sum alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally PerElement<TLoss, T>(
        PairwiseRanking<TLoss> loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        Span<T> losses,
        LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckScores(first, second, targets, options, Wanted.Losses);
        ElementwiseCall.Writes(losses, first, second, options).Input(targets, options);
        return ElementwiseCall.Run(
            new() { First = first, Second = second, Third = targets, Results = losses },
            options,
            new RankingOperators.Values<TLoss, Yes, No>(loss.OfDifference),
            new RankingOperators.Values<TLoss, Yes, Yes>(loss.OfDifference));
    }

    private static void CheckScores<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> targets, LossOptions<T> options, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(first, second, options, wanted, nameof(first), nameof(second));
        Guard.SameLength(targets, first);
    }
}
