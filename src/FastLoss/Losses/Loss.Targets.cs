using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <content>Losses of rows of scores against a target for each score.</content>
public static partial class Loss
{
    /// <summary>The losses of all rows against targets, such as probabilities of a teacher or of mixed images.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Rows of scores.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="targets">A target for each score, laid out as they are.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs; without ignored label.</param>
    /// <returns>The sum over the rows that count, the sum of their weights and their number; <see cref="LossTally.Mean"/> is NaN when none counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally Evaluate<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<T> targets, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LabelCalls.Targeted(loss, scores, classes, targets, options, Wanted.Nothing, default);

    /// <summary>The losses of all rows against targets, and the gradient of their mean with respect to the scores, in one call.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Rows of scores.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="targets">A target for each score, laid out as they are.</param>
    /// <param name="gradient">
    /// As long as the scores; exactly them, or apart from them, and apart from targets, weights and mask. 0 for skipped rows.
    /// </param>
    /// <param name="options">Which rows count and by how much, and how the call runs; without ignored label.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the scores in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LabelCalls.Targeted(loss, scores, classes, targets, options, Wanted.Gradient, gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Rows of scores.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="targets">A target for each score, laid out as they are.</param>
    /// <param name="gradient">
    /// As long as the scores; exactly them, or apart from them, and apart from targets, weights and mask. 0 for skipped rows.
    /// </param>
    /// <param name="options">Which rows count and by how much, and how the call runs; without ignored label.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the scores in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static void Gradient<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LabelCalls.Targeted(loss, scores, classes, targets, options, Wanted.Gradient, gradient);

    /// <summary>The loss of each row against its targets, times its weight; 0 for skipped rows.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Rows of scores.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="targets">A target for each score, laid out as they are.</param>
    /// <param name="losses">Receives a loss for each row; apart from every other span.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs; without ignored label.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally PerRow<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LabelCalls.Targeted(loss, scores, classes, targets, options, Wanted.Losses, losses);

    /// <summary>As without <paramref name="zLoss"/>, which receives what z-loss has of the sum, with the same weight.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="scores">Rows of scores.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="targets">A target for each score, laid out as they are.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs; without ignored label.</param>
    /// <param name="zLoss">What z-loss has of the sum.</param>
    /// <returns>As without <paramref name="zLoss"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally Evaluate<T>(
        SoftmaxCrossEntropy loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<T> targets,
        LossOptions<T> options,
        out LossTally zLoss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowTally totals = default;
        LabelCalls.Targeted(loss, scores, classes, targets, options, Wanted.Nothing, default, ref totals);
        zLoss = new(totals.ZSum, totals);
        return new(totals.Sum, totals);
    }
}
