using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <content>Losses of rows of scores, one for each class.</content>
public static partial class Loss
{
    /// <summary>The losses of all rows against the class of each.</summary>
    /// <typeparam name="TLoss">The loss.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TLabel">Any integer type: int, byte, long.</typeparam>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">Rows of logits, scores or log-probabilities, as the loss says.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs.</param>
    /// <returns>The sum over the rows that count, their weight and number; <see cref="LossTally.Mean"/> is NaN when none counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static LossTally Evaluate<TLoss, T, TLabel>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LabelCalls.Labelled(loss, scores, classes, labels, options, Wanted.Nothing, default);

    /// <summary>The losses of all rows against the class of each, and the gradient of their mean with respect to the scores, in one call.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">Rows of logits, scores or log-probabilities, as the loss says.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="gradient">
    /// As long as the scores; exactly them, or apart from them, and apart from labels, weights and mask. 0 for skipped rows.
    /// </param>
    /// <param name="options">Which rows count and by how much, and how the call runs.</param>
    /// <returns>As <see cref="Evaluate{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, LossOptions{T})"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the scores in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T, TLabel>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LabelCalls.Labelled(loss, scores, classes, labels, options, Wanted.Gradient, gradient);

    /// <summary>The gradient of the mean alone, as <see cref="EvaluateWithGradient{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, Span{T}, LossOptions{T})"/> gives it, bit for bit.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, Span{T}, LossOptions{T})" path="/param"/>
    /// <inheritdoc cref="EvaluateWithGradient{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, Span{T}, LossOptions{T})" path="/exception"/>
    public static void Gradient<TLoss, T, TLabel>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LabelCalls.Labelled(loss, scores, classes, labels, options, Wanted.Gradient, gradient);

    /// <summary>The loss of each row against its class, times its weight; 0 for skipped rows.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">Rows of logits, scores or log-probabilities, as the loss says.</param>
    /// <param name="classes">The number of classes, or where they lie.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="losses">Receives a loss for each row; apart from every other span.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs.</param>
    /// <returns>As <see cref="Evaluate{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, LossOptions{T})"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static LossTally PerRow<TLoss, T, TLabel>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> losses, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LabelCalls.Labelled(loss, scores, classes, labels, options, Wanted.Losses, losses);

    /// <summary>As without <paramref name="zLoss"/>, which receives what z-loss has of the sum, with the same weight.</summary>
    /// <inheritdoc cref="Evaluate{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, LossOptions{T})"/>
    public static LossTally Evaluate<T, TLabel>(
        SoftmaxCrossEntropy loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<TLabel> labels,
        LossOptions<T> options,
        out LossTally zLoss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        RowTally totals = default;
        LabelCalls.Labelled(loss, scores, classes, labels, options, Wanted.Nothing, default, ref totals);
        zLoss = new(totals.ZSum, totals);
        return new(totals.Sum, totals);
    }
}
