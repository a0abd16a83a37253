using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

public static partial class SoftmaxCrossEntropy
{
    /// <summary><see cref="Evaluate{T}"/> of half-precision logits, computed in float: the bits of widening them first.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    public static LossTally Evaluate(ReadOnlySpan<Half> logits, int classCount, ReadOnlySpan<int> labels)
    {
        CheckRows(logits, classCount, labels);
        return new(WidenedRows.CrossEntropy(logits, classCount, labels, default), labels.Length);
    }

    /// <summary><see cref="PerRow{T}"/> of half-precision logits, computed and written in float.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="losses">Receives a loss for each row; apart from the logits.</param>
    public static LossTally PerRow(ReadOnlySpan<Half> logits, int classCount, ReadOnlySpan<int> labels, Span<float> losses)
    {
        CheckRows(logits, classCount, labels);
        Guard.SameLength<float, int>(losses, labels);
        Guard.Writes(losses).Apart(logits).Apart(labels);
        return new(WidenedRows.CrossEntropy(logits, classCount, labels, losses), labels.Length);
    }

    /// <summary><see cref="EvaluateWithGradient{T}"/> of half-precision logits, computed and written in float.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="gradient">Receives the gradient of the mean; as long as the logits and apart from them.</param>
    public static LossTally EvaluateWithGradient(
        ReadOnlySpan<Half> logits, int classCount, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        CheckRows(logits, classCount, labels);
        Guard.SameLength<float, Half>(gradient, logits);
        Guard.Writes(gradient).Apart(logits).Apart(labels);
        ExactSum sum = WidenedRows.CrossEntropyWithGradient(logits, classCount, labels, gradient, 1.0 / labels.Length);
        return new(sum, labels.Length);
    }

    private static void CheckRows<T>(ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged
    {
        int rows = Guard.Rows(logits, classCount);
        if (rows != labels.Length) Throw.LengthIsNot(nameof(labels), labels.Length, rows, $"a label for each row of {classCount} logits");
        Guard.Labels(labels, classCount);
    }
}
