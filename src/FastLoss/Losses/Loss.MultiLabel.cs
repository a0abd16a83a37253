using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>Cross-entropy of many labels a row, with a weight for the positives of each.</content>
public static partial class Loss
{
    /// <summary>The cross-entropy of all logits of all rows.</summary>
    /// <param name="loss">Such as <c>new MultiLabelCrossEntropy(labelSmoothing: 0.1)</c>.</param>
    /// <param name="predictions">Rows of C logits.</param>
    /// <param name="targets">A target from 0 to 1 for each.</param>
    /// <param name="positiveWeights">What a positive of each label counts compared with a negative: C numbers, positive and finite.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many elements counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive weight or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(
        MultiLabelCrossEntropy loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> positiveWeights,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckLabels(predictions, targets, positiveWeights, options, Wanted.Nothing);
        return RunLabels(loss, predictions, targets, positiveWeights, default, options, Wanted.Nothing);
    }

    /// <summary>The cross-entropy of all logits of all rows, and the gradient of its mean, in one pass.</summary>
    /// <param name="loss">Such as <c>new MultiLabelCrossEntropy(labelSmoothing: 0.1)</c>.</param>
    /// <param name="predictions">Rows of C logits.</param>
    /// <param name="targets">A target from 0 to 1 for each.</param>
    /// <param name="positiveWeights">What a positive of each label counts compared with a negative: C numbers, positive and finite.</param>
    /// <param name="gradient">As long as the logits; exactly them or the targets, or apart from all inputs.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As the loss alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive weight or an option is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        MultiLabelCrossEntropy loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> positiveWeights,
        Span<T> gradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckLabels(predictions, targets, positiveWeights, options, Wanted.Gradient);
        ElementwiseCall.Writes(gradient, predictions, targets, options).Apart(positiveWeights);
        return RunLabels(loss, predictions, targets, positiveWeights, gradient, options, Wanted.Gradient);
    }

    /// <summary>The gradient of the mean of the cross-entropy of all logits alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(MultiLabelCrossEntropy, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})" path="/param"/>
    /// <inheritdoc cref="EvaluateWithGradient{T}(MultiLabelCrossEntropy, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})" path="/exception"/>
    public static void Gradient<T>(
        MultiLabelCrossEntropy loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> positiveWeights,
        Span<T> gradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, predictions, targets, positiveWeights, gradient, options);

    /// <summary>The cross-entropy of each logit, times its weight.</summary>
    /// <param name="loss">Such as <c>new MultiLabelCrossEntropy(labelSmoothing: 0.1)</c>.</param>
    /// <param name="predictions">Rows of C logits.</param>
    /// <param name="targets">A target from 0 to 1 for each.</param>
    /// <param name="positiveWeights">What a positive of each label counts compared with a negative: C numbers, positive and finite.</param>
    /// <param name="losses">Receives a loss for each, 0 where it does not count; exactly the logits or targets, or apart from all inputs.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As their sum alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive weight or an option is outside its range.</exception>
    public static LossTally PerElement<T>(
        MultiLabelCrossEntropy loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> positiveWeights,
        Span<T> losses,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckLabels(predictions, targets, positiveWeights, options, Wanted.Losses);
        ElementwiseCall.Writes(losses, predictions, targets, options).Apart(positiveWeights);
        return RunLabels(loss, predictions, targets, positiveWeights, losses, options, Wanted.Losses);
    }

    private static void CheckLabels<T>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> positiveWeights, LossOptions<T> options, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options, wanted);
        Guard.Rows(predictions, positiveWeights.Length, columnsName: "positiveWeights.Length");
        for (int c = 0; c < positiveWeights.Length; c++)
        {
            if (!(positiveWeights[c] > T.Zero && T.IsFinite(positiveWeights[c])))
            {
                Throw.ElementOutOfRange(nameof(positiveWeights), c, positiveWeights[c], "positive and finite");
            }
        }
    }

    /// <summary>The weights of the columns as a third input that begins anew with every row.</summary>
    private static LossTally RunLabels<T>(
        MultiLabelCrossEntropy loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> positiveWeights,
        Span<T> results,
        LossOptions<T> options,
        Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double s = loss.LabelSmoothing;
        using SpanOwner<T> tiles = SpanOwner<T>.Allocate(Tiles.Length(positiveWeights.Length, predictions.Length));
        Tiles.Fill(positiveWeights, tiles.Span);
        ElementSpans<T> spans = new()
        {
            First = predictions,
            Second = targets,
            Third = tiles.Span,
            ThirdPeriod = positiveWeights.Length,
            Results = results,
        };
        if (wanted == Wanted.Gradient)
        {
            GradientScale scale = ElementwiseCall.Scale(options, predictions.Length);
            return ElementwiseCall.RunGradient(
                spans, options, scale, new MultiLabelOperators.Gradient<No>(s, scale), new MultiLabelOperators.Gradient<Yes>(s, scale));
        }

        return wanted == Wanted.Losses
            ? ElementwiseCall.Run(spans, options, new MultiLabelOperators.Values<Yes, No>(s), new MultiLabelOperators.Values<Yes, Yes>(s))
            : ElementwiseCall.Run(spans, options, new MultiLabelOperators.Values<No, No>(s), new MultiLabelOperators.Values<No, Yes>(s));
    }
}
