using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>Cross-entropy of half-precision logits, computed in float: the bits of widening them first.</content>
public static partial class Loss
{
    /// <summary>The losses of all rows of half-precision logits, computed in float.</summary>
    /// <param name="loss">The plain loss; parameters need float or double logits.</param>
    /// <param name="logits">Rows of logits.</param>
    /// <param name="classes">The number of classes; rows are next to each other.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, the loss is not plain, or rows are apart.</exception>
    public static LossTally Evaluate(SoftmaxCrossEntropy loss, ReadOnlySpan<Half> logits, ClassAxis classes, ReadOnlySpan<int> labels)
    {
        CheckHalves(loss, logits, classes, labels);
        return LabelCalls.Halves(loss, logits, classes, labels, default, default);
    }

    /// <summary>The loss of each row of half-precision logits, computed and written in float.</summary>
    /// <param name="loss">The plain loss; parameters need float or double logits.</param>
    /// <param name="logits">Rows of logits.</param>
    /// <param name="classes">The number of classes; rows are next to each other.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="losses">Receives a loss for each row; apart from logits and labels.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, the loss is not plain, or rows are apart.</exception>
    public static LossTally PerRow(
        SoftmaxCrossEntropy loss, ReadOnlySpan<Half> logits, ClassAxis classes, ReadOnlySpan<int> labels, Span<float> losses)
    {
        CheckHalves(loss, logits, classes, labels);
        Guard.SameLength<float, int>(losses, labels);
        Guard.Writes(losses).Apart(logits).Apart(labels);
        return LabelCalls.Halves(loss, logits, classes, labels, default, losses);
    }

    /// <summary>The losses of all rows of half-precision logits and the gradient of their mean, computed and written in float.</summary>
    /// <param name="loss">The plain loss; parameters need float or double logits.</param>
    /// <param name="logits">Rows of logits.</param>
    /// <param name="classes">The number of classes; rows are next to each other.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="gradient">As long as the logits and apart from them and the labels.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, the loss is not plain, or rows are apart.</exception>
    public static LossTally EvaluateWithGradient(
        SoftmaxCrossEntropy loss, ReadOnlySpan<Half> logits, ClassAxis classes, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        CheckHalves(loss, logits, classes, labels);
        Guard.SameLength<float, Half>(gradient, logits);
        Guard.Writes(gradient).Apart(logits).Apart(labels);
        return LabelCalls.Halves(loss, logits, classes, labels, gradient, default);
    }

    private static void CheckHalves(SoftmaxCrossEntropy loss, ReadOnlySpan<Half> logits, ClassAxis classes, ReadOnlySpan<int> labels)
    {
        int rows = classes.Rows(logits, nameof(logits), nameof(classes));
        if (!classes.IsContiguous) Throw.OutOfRange(nameof(classes), classes, "a number of classes alone: half-precision rows are next to each other");
        if (rows != labels.Length) Throw.LengthIsNot(nameof(labels), labels.Length, rows, $"a label for each row of {classes.Count} logits");
        Guard.Labels(labels, classes.Count);
        if (!loss.IsPlain) Throw.OutOfRange(nameof(loss), loss, "the plain loss: parameters need float or double logits");
    }
}
