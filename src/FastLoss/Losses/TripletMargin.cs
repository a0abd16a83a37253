using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The triplet margin loss of rows a (anchor), p (positive) and n (negative): max(0, |a - p| - |a - n| + margin) with the Euclidean
/// distance |x - y| = sqrt(sum (x_i - y_i + epsilon)^2); with swap, |p - n| takes the place of |a - n| where it is smaller (Balntas
/// et al. 2016); triplet_margin_loss of PyTorch with p = 2.
/// </summary>
/// <remarks>
/// Computed in double: the distances of float rows are exact to float's last digit, of double rows within 1e-13 up to a million
/// columns; the loss within that of the larger distance. Distances neither overflow nor underflow before their result does. The derivative is 0 where the
/// margin is just met, and of a distance of 0, which only epsilon 0 allows. A row with NaN or an infinity gives NaN for that row,
/// never for a neighbour. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static class TripletMargin
{
    /// <summary>The losses of all rows.</summary>
    /// <param name="anchors">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="positives">Rows p, as many.</param>
    /// <param name="negatives">Rows n, as many.</param>
    /// <param name="margin">By how much the negative should be farther; 0 or more.</param>
    /// <param name="swap">Whether the negative's distance to the positive counts where it is the smaller.</param>
    /// <param name="epsilon">What is added to each difference, 0 or more.</param>
    /// <param name="options">Weights, mask and denominator; of rows.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many rows counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, margin, epsilon or the denominator is outside its range.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> anchors,
        int columns,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        double margin = 1,
        bool swap = false,
        double epsilon = 1e-6,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(anchors, columns, positives, negatives, margin, epsilon, options);
        return Run(rows, anchors, columns, positives, negatives, margin, swap, epsilon, default, default, default, default, options);
    }

    /// <summary>The loss of each row, times its weight.</summary>
    /// <param name="anchors">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="positives">Rows p, as many.</param>
    /// <param name="negatives">Rows n, as many.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from all inputs.</param>
    /// <param name="margin">By how much the negative should be farther; 0 or more.</param>
    /// <param name="swap">Whether the negative's distance to the positive counts where it is the smaller.</param>
    /// <param name="epsilon">What is added to each difference, 0 or more.</param>
    /// <param name="options">Weights, mask and denominator; of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, margin, epsilon or the denominator is outside its range.</exception>
    public static LossTally PerRow<T>(
        ReadOnlySpan<T> anchors,
        int columns,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> losses,
        double margin = 1,
        bool swap = false,
        double epsilon = 1e-6,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(anchors, columns, positives, negatives, margin, epsilon, options);
        ElementwiseCall.WritesRowLosses(losses, rows, options).Apart(anchors).Apart(positives).Apart(negatives);
        return Run(rows, anchors, columns, positives, negatives, margin, swap, epsilon, default, default, default, losses, options);
    }

    /// <summary>The losses of all rows, and the gradients of their mean with respect to all three, in one call.</summary>
    /// <param name="anchors">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="positives">Rows p, as many.</param>
    /// <param name="negatives">Rows n, as many.</param>
    /// <param name="anchorGradient">Receives the derivative by each element of a; exactly one of the inputs, or apart from them.</param>
    /// <param name="positiveGradient">Receives the derivative by each element of p; likewise, and apart from the other gradients.</param>
    /// <param name="negativeGradient">Receives the derivative by each element of n; likewise.</param>
    /// <param name="margin">By how much the negative should be farther; 0 or more.</param>
    /// <param name="swap">Whether the negative's distance to the positive counts where it is the smaller.</param>
    /// <param name="epsilon">What is added to each difference, 0 or more.</param>
    /// <param name="options">Weights, mask and denominator; of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps an input in part, or another gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, margin, epsilon or the denominator is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> anchors,
        int columns,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        Span<T> anchorGradient,
        Span<T> positiveGradient,
        Span<T> negativeGradient,
        double margin = 1,
        bool swap = false,
        double epsilon = 1e-6,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(anchors, columns, positives, negatives, margin, epsilon, options);
        ElementwiseCall.WritesRowGradient(anchorGradient, anchors, options).Over(positives).Over(negatives);
        ElementwiseCall.WritesRowGradient(positiveGradient, anchors, options).Over(positives).Over(negatives).Apart<T>(anchorGradient);
        ElementwiseCall.WritesRowGradient(negativeGradient, anchors, options)
            .Over(positives)
            .Over(negatives)
            .Apart<T>(anchorGradient)
            .Apart<T>(positiveGradient);
        return Run(
            rows, anchors, columns, positives, negatives, margin, swap, epsilon, anchorGradient, positiveGradient, negativeGradient, default, options);
    }

    private static int Check<T>(
        ReadOnlySpan<T> anchors,
        int columns,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        double margin,
        double epsilon,
        ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(anchors, columns);
        Guard.SameLength(positives, anchors);
        Guard.SameLength(negatives, anchors);
        Guard.NotNegative(margin);
        Guard.NotNegative(epsilon);
        ElementwiseCall.CheckRows(options, rows);
        return rows;
    }

    private static unsafe LossTally Run<T>(
        int rows,
        ReadOnlySpan<T> anchors,
        int columns,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        double margin,
        bool swap,
        double epsilon,
        Span<T> anchorGradient,
        Span<T> positiveGradient,
        Span<T> negativeGradient,
        Span<T> losses,
        ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* a = anchors)
        fixed (T* p = positives)
        fixed (T* n = negatives)
        fixed (T* byA = anchorGradient)
        fixed (T* byP = positiveGradient)
        fixed (T* byN = negativeGradient)
        {
            TripletRow<T> row = new(a, p, n, columns, margin, epsilon, swap, byA, byP, byN);
            return RowLosses.Run(rows, options, row, losses, !anchorGradient.IsEmpty);
        }
    }
}
