using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Losses of pairs of scores that should be ranked: any element-wise loss of the difference d = first - second against a target t of 1
/// (the first should rank higher) or -1 (the second). <see cref="MarginRanking"/> makes it the margin ranking loss,
/// <see cref="SoftMargin"/> RankNet (Burges et al. 2005), <see cref="ExponentialLoss"/> RankBoost; a struct of your own works too.
/// </summary>
/// <remarks>
/// One pass gives the loss and both gradients. The difference rounds once; beside that the error is the loss's own. NaN where a score
/// or target is NaN, or both scores are the same infinity. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static class PairwiseRanking
{
    /// <summary>The losses of all pairs.</summary>
    /// <param name="loss">Of the difference, such as <c>new MarginRanking&lt;float&gt;(0.5f)</c>.</param>
    /// <param name="first">A score for each pair.</param>
    /// <param name="second">The other score of each pair.</param>
    /// <param name="targets">1 where the first should rank higher, -1 where the second should.</param>
    /// <param name="options">Which pairs count and by how much, and how the call runs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many pairs counted.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally Evaluate<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> targets, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(first, second, targets, options, Wanted.Nothing);
        return ElementwiseCall.Run(
            new() { First = first, Second = second, Third = targets },
            options,
            new RankingOperators.Values<TLoss, No, No>(loss),
            new RankingOperators.Values<TLoss, No, Yes>(loss));
    }

    /// <summary>The losses of all pairs, and the gradients of their mean with respect to both scores, in one pass.</summary>
    /// <param name="loss">Of the difference, such as <c>new MarginRanking&lt;float&gt;(0.5f)</c>.</param>
    /// <param name="first">A score for each pair.</param>
    /// <param name="second">The other score of each pair.</param>
    /// <param name="targets">1 where the first should rank higher, -1 where the second should.</param>
    /// <param name="firstGradient">Receives the derivative by each first score; exactly one of the inputs, or apart from them.</param>
    /// <param name="secondGradient">Receives its opposite, the derivative by each second score; likewise, and apart from the first.</param>
    /// <param name="options">Which pairs count and by how much, and how the call runs.</param>
    /// <returns>As <see cref="Evaluate{TLoss, T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps an input in part, or the other gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T>(
        TLoss loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(first, second, targets, options, Wanted.Gradient);
        ElementwiseCall.Writes(firstGradient, first, second, options).Input(targets, options);
        ElementwiseCall.Writes(secondGradient, first, second, options).Input(targets, options).Apart<T>(firstGradient);
        GradientScale scale = ElementwiseCall.Scale(options, first.Length);
        return ElementwiseCall.RunGradient(
            new() { First = first, Second = second, Third = targets, Results = firstGradient, SecondResults = secondGradient },
            options,
            scale,
            new RankingOperators.Gradients<TLoss, No>(loss, scale),
            new RankingOperators.Gradients<TLoss, Yes>(loss, scale));
    }

    /// <summary>The loss of each pair, times its weight.</summary>
    /// <param name="loss">Of the difference, such as <c>new MarginRanking&lt;float&gt;(0.5f)</c>.</param>
    /// <param name="first">A score for each pair.</param>
    /// <param name="second">The other score of each pair.</param>
    /// <param name="targets">1 where the first should rank higher, -1 where the second should.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; exactly one of the inputs, or apart from them.</param>
    /// <param name="options">Which pairs count and by how much, and how the call runs.</param>
    /// <returns>As <see cref="Evaluate{TLoss, T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally PerElement<TLoss, T>(
        TLoss loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        ReadOnlySpan<T> targets,
        Span<T> losses,
        LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(first, second, targets, options, Wanted.Losses);
        ElementwiseCall.Writes(losses, first, second, options).Input(targets, options);
        return ElementwiseCall.Run(
            new() { First = first, Second = second, Third = targets, Results = losses },
            options,
            new RankingOperators.Values<TLoss, Yes, No>(loss),
            new RankingOperators.Values<TLoss, Yes, Yes>(loss));
    }

    private static void Check<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> targets, LossOptions<T> options, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(first, second, options, wanted, nameof(first), nameof(second));
        Guard.SameLength(targets, first);
    }
}
