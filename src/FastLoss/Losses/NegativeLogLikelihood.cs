using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// -r w l_label of rows of log-probabilities l, as <see cref="LogSoftmax"/> gives them, with the class weights w, row weights r,
/// ignored label and denominator of <see cref="CrossEntropyOptions{T}"/>. Its other options are for logits, and refused here.
/// </summary>
/// <remarks>
/// Exact but for one rounding a row. A label at -infinity gives +infinity; NaN elsewhere in a row is not read. No call allocates.
/// </remarks>
public static class NegativeLogLikelihood
{
    /// <summary>The losses of all rows.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TLabel">Any integer type: int, byte, long.</typeparam>
    /// <param name="logProbabilities">Rows of <paramref name="classCount"/> log-probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="options">Class weights, row weights, ignored label, denominator.</param>
    /// <returns>The sum over the rows that count, their weight and number.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class and not ignored, or an option is outside its range.</exception>
    public static LossTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> logProbabilities, int classCount, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(logProbabilities, classCount, labels, options);
        return Run(logProbabilities, classCount, labels, options, default, default);
    }

    /// <summary>The loss of each row, times its weight; 0 for skipped rows.</summary>
    /// <param name="logProbabilities">Rows of <paramref name="classCount"/> log-probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="losses">Receives a loss for each row; apart from log-probabilities, labels and weights.</param>
    /// <param name="options">Class weights, row weights, ignored label, denominator.</param>
    public static LossTally PerRow<T, TLabel>(
        ReadOnlySpan<T> logProbabilities, int classCount, ReadOnlySpan<TLabel> labels, Span<T> losses, CrossEntropyOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(logProbabilities, classCount, labels, options);
        SoftmaxCrossEntropy.WritesLosses(logProbabilities, labels, losses, options);
        return Run(logProbabilities, classCount, labels, options, default, losses);
    }

    /// <summary>The losses of all rows, and the gradient of their mean with respect to the log-probabilities.</summary>
    /// <param name="logProbabilities">Rows of <paramref name="classCount"/> log-probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="gradient">-r w / weight at the labels, 0 elsewhere; as long as the log-probabilities, exactly them or apart from them, and apart from labels and weights.</param>
    /// <param name="options">Class weights, row weights, ignored label, denominator.</param>
    public static LossTally EvaluateWithGradient<T, TLabel>(
        ReadOnlySpan<T> logProbabilities, int classCount, ReadOnlySpan<TLabel> labels, Span<T> gradient, CrossEntropyOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(logProbabilities, classCount, labels, options);
        SoftmaxCrossEntropy.WritesGradient(logProbabilities, gradient, options).Apart(labels);
        return Run(logProbabilities, classCount, labels, options, gradient, default);
    }

    private static LossTally Run<T, TLabel>(
        ReadOnlySpan<T> logProbabilities,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        (ExactSum weight, long count) = OptionRows.Weigh(labels, labels.Length, options);
        double divisor = options.Denominator ?? weight.ToDouble();
        double scale = divisor == 0 ? 0 : 1 / divisor;
        ExactSum sum = PickedRows.Run(logProbabilities, classCount, labels, options, scale, gradient, losses);
        ElementwiseCall.ClearWithoutMean(T.CreateTruncating(scale), gradient);
        return new(sum, weight, count);
    }

    private static void Check<T, TLabel>(
        ReadOnlySpan<T> logProbabilities, int classCount, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        SoftmaxCrossEntropy.Check(logProbabilities, classCount, labels, options, nameof(logProbabilities));
        SoftmaxCrossEntropy.CheckNoneForLogits(options);
    }
}
