using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The multi-class hinge of rows of scores x with label y (Weston and Watkins 1999; multi_margin_loss of PyTorch; Crammer and Singer's of 2001
/// takes the largest term, not the sum):
/// r w_y / C sum_(c != y) max(0, margin - x_y + x_c)^p, with p 1 or 2, the class weights w, row weights r, ignored label and
/// denominator of <see cref="CrossEntropyOptions{T}"/>. Its other options are for logits, and refused here.
/// </summary>
/// <remarks>
/// Computed in double and rounded once: within 1 ULP of a float row's loss, 1e-13 of a double row's, of up to a million classes.
/// The derivative where a margin is met exactly is 0. The mean divides by the number of rows (or the sum of r), not by class
/// weights. A score of -infinity is a mask: its class adds nothing. A label there gives +infinity when another class has a
/// score; a label at +infinity 0. NaN anywhere in a row gives NaN for that row. No call allocates. The same input gives the same
/// bits on every machine.
/// </remarks>
public static class MultiClassHinge
{
    /// <summary>The losses of all rows.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TLabel">Any integer type: int, byte, long.</typeparam>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="options">Class weights, row weights, ignored label, denominator.</param>
    /// <param name="margin">By how much the label's score should be the largest; finite.</param>
    /// <param name="power">p, 1 or 2.</param>
    /// <returns>The sum over the rows that count, the sum of their row weights and number; the mean is NaN when none counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class and not ignored, or an option, margin or power is outside its range.</exception>
    public static LossTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> scores,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options = default,
        double margin = 1,
        int power = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(scores, classCount, labels, options, margin, power);
        return Run(scores, classCount, labels, options, margin, power, default, default);
    }

    /// <summary>The loss of each row, times its weight; 0 for skipped rows.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="losses">Receives a loss for each row; apart from scores, labels and weights.</param>
    /// <param name="options">Class weights, row weights, ignored label, denominator.</param>
    /// <param name="margin">By how much the label's score should be the largest; finite.</param>
    /// <param name="power">p, 1 or 2.</param>
    /// <returns>As <see cref="Evaluate{T, TLabel}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class and not ignored, or an option, margin or power is outside its range.</exception>
    public static LossTally PerRow<T, TLabel>(
        ReadOnlySpan<T> scores,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        Span<T> losses,
        CrossEntropyOptions<T> options = default,
        double margin = 1,
        int power = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(scores, classCount, labels, options, margin, power);
        SoftmaxCrossEntropy.WritesLosses(scores, labels, losses, options);
        return Run(scores, classCount, labels, options, margin, power, default, losses);
    }

    /// <summary>The losses of all rows, and the gradient of their mean with respect to the scores, in one call.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="gradient">As long as the scores; exactly them, or apart from them. 0 for skipped rows.</param>
    /// <param name="options">Class weights, row weights, ignored label, denominator.</param>
    /// <param name="margin">By how much the label's score should be the largest; finite.</param>
    /// <param name="power">p, 1 or 2.</param>
    /// <returns>As <see cref="Evaluate{T, TLabel}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the scores in part, or another input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class and not ignored, or an option, margin or power is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T, TLabel>(
        ReadOnlySpan<T> scores,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        CrossEntropyOptions<T> options = default,
        double margin = 1,
        int power = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(scores, classCount, labels, options, margin, power);
        SoftmaxCrossEntropy.WritesGradient(scores, gradient, options).Apart(labels);
        return Run(scores, classCount, labels, options, margin, power, gradient, default);
    }

    /// <summary>The gradient of the mean alone, as <see cref="EvaluateWithGradient{T, TLabel}"/> gives it, bit for bit.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T, TLabel}" path="/param"/>
    /// <inheritdoc cref="EvaluateWithGradient{T, TLabel}" path="/exception"/>
    public static void Gradient<T, TLabel>(
        ReadOnlySpan<T> scores,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        Span<T> gradient,
        CrossEntropyOptions<T> options = default,
        double margin = 1,
        int power = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        EvaluateWithGradient(scores, classCount, labels, gradient, options, margin, power);

    private static void Check<T, TLabel>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options, double margin, int power)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        int rows = SoftmaxCrossEntropy.CheckOptions(scores, classCount, options);
        SoftmaxCrossEntropy.CheckNoneForLogits(options);
        Guard.Length(labels, rows, "a label for each row of scores");
        SoftmaxCrossEntropy.CheckLabels(labels, classCount, options);
        Guard.Finite(margin);
        if (power is not (1 or 2)) Throw.OutOfRange(nameof(power), power, "1 or 2");
    }

    private static LossTally Run<T, TLabel>(
        ReadOnlySpan<T> scores,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        double margin,
        int power,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        CrossEntropyOptions<T> rowsAlone = new() { RowWeights = options.RowWeights, IgnoreLabel = options.IgnoreLabel };
        (ExactSum weight, long count) = OptionRows.Weigh(labels, labels.Length, rowsAlone);
        double divisor = options.Denominator ?? weight.ToDouble();
        double scale = divisor == 0 ? 0 : 1 / divisor;
        ExactSum sum = HingeRows.Run(scores, classCount, labels, options, margin, power == 2, scale, gradient, losses);
        ElementwiseCall.ClearWithoutMean(T.CreateTruncating(scale), gradient);
        return new(sum, weight, count);
    }
}
