using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The soft Jaccard (intersection over union) loss of rows of probabilities p against targets t, for segmentation:
/// 1 - (sum pt + s) / (sum p + sum t - sum pt + s), with a smoothing term s.
/// </summary>
/// <remarks>
/// Computed in double as sum (p (1 - t) + t (1 - p)) / (union + s), which keeps its digits where the masks nearly agree:
/// within 1 ULP in float, 1e-13 in double, of up to a million columns. Predictions outside 0 to 1 are not refused, and the loss then means little. The
/// derivative by a prediction is (1 - loss - (2 - loss) t) / (union + s).
/// Without smoothing a row of zeros in both is 0 / 0: the masks agree, so the loss is 0, and its gradient too. With smoothing they
/// give 0 as well, and a prediction where nothing is there has a finite derivative. NaN in a row gives NaN for that row, never for a
/// neighbour. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static class SoftJaccard
{
    /// <summary>The losses of all rows.</summary>
    /// <param name="predictions">Rows of <paramref name="columns"/> probabilities.</param>
    /// <param name="columns">The length of a row, at least 1: the pixels of an image, or of one class of it.</param>
    /// <param name="targets">Rows t, as many: 0 or 1, or soft.</param>
    /// <param name="smoothing">s, 0 or more.</param>
    /// <param name="options">Weights, mask and denominator; of rows.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many rows counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, smoothing or the denominator is outside its range.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> predictions, int columns, ReadOnlySpan<T> targets, double smoothing = 1, ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        OverlapCall.Run<T, Yes>(predictions, columns, targets, smoothing, options);

    /// <summary>The loss of each row, times its weight.</summary>
    /// <param name="predictions">Rows of <paramref name="columns"/> probabilities.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="targets">Rows t, as many.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from all inputs.</param>
    /// <param name="smoothing">s, 0 or more.</param>
    /// <param name="options">Weights, mask and denominator; of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, smoothing or the denominator is outside its range.</exception>
    public static LossTally PerRow<T>(
        ReadOnlySpan<T> predictions,
        int columns,
        ReadOnlySpan<T> targets,
        Span<T> losses,
        double smoothing = 1,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        OverlapCall.RunPerRow<T, Yes>(predictions, columns, targets, losses, smoothing, options);

    /// <summary>The losses of all rows, and the gradient of their mean with respect to the predictions, in one call.</summary>
    /// <param name="predictions">Rows of <paramref name="columns"/> probabilities.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="targets">Rows t, as many.</param>
    /// <param name="gradient">As long as the predictions; exactly them or the targets, or apart from both.</param>
    /// <param name="smoothing">s, 0 or more.</param>
    /// <param name="options">Weights, mask and denominator; of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, smoothing or the denominator is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> predictions,
        int columns,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        double smoothing = 1,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        OverlapCall.RunWithGradient<T, Yes>(predictions, columns, targets, gradient, smoothing, options);
}
