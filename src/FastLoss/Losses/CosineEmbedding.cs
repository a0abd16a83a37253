using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The cosine embedding loss of pairs of rows a and b: 1 - cos(a, b) where the label is 1 (alike), max(0, cos(a, b) - margin) where it
/// is -1 (different); cosine_embedding_loss of PyTorch.
/// </summary>
/// <remarks>
/// Computed in double, and of nearly parallel rows as |a / |a| - b / |b||^2 / 2, so that a float row's loss keeps its digits where
/// 1 - cos has none: within 2 ULP, or 1e-15 of 1 where cos(a, b) is below 1/2; within 1e-13 of 1 in double for up to a million
/// columns, and of alike rows at an angle d within 1e-13 / d relatively. Rows of any finite magnitude do: lengths neither overflow nor underflow.
/// A row of zeros has no direction: its cosine is 0 (loss 1, or max(0, -margin)) and both gradients are 0. The derivative where
/// cos = margin is 0. A row with NaN or an infinity gives NaN for that pair, never for a neighbour. No call allocates. The same input
/// gives the same bits on every machine.
/// </remarks>
public static class CosineEmbedding
{
    /// <summary>The losses of all pairs.</summary>
    /// <param name="first">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="second">Rows b, as many.</param>
    /// <param name="labels">1 or -1 for each pair.</param>
    /// <param name="margin">What the cosine of a different pair may be, -1 to 1; 0 to 0.5 is usual.</param>
    /// <param name="options">Weights, mask and denominator; of pairs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many pairs counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not 1 or -1, or columns, margin or the denominator is outside its range.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> first,
        int columns,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        double margin = 0,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(first, columns, second, labels, margin, options);
        return Run(first, columns, second, labels, margin, default, default, default, options);
    }

    /// <summary>The loss of each pair, times its weight.</summary>
    /// <param name="first">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="second">Rows b, as many.</param>
    /// <param name="labels">1 or -1 for each pair.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; apart from all inputs.</param>
    /// <param name="margin">What the cosine of a different pair may be, -1 to 1.</param>
    /// <param name="options">Weights, mask and denominator; of pairs.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not 1 or -1, or columns, margin or the denominator is outside its range.</exception>
    public static LossTally PerRow<T>(
        ReadOnlySpan<T> first,
        int columns,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> losses,
        double margin = 0,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(first, columns, second, labels, margin, options);
        ElementwiseCall.WritesRowLosses(losses, rows, options).Apart(first).Apart(second).Apart(labels);
        return Run(first, columns, second, labels, margin, default, default, losses, options);
    }

    /// <summary>The losses of all pairs, and the gradients of their mean with respect to both rows, in one call.</summary>
    /// <param name="first">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="second">Rows b, as many.</param>
    /// <param name="labels">1 or -1 for each pair.</param>
    /// <param name="firstGradient">Receives the derivative by each element of a; exactly an embedding, or apart from both.</param>
    /// <param name="secondGradient">Receives the derivative by each element of b, likewise; empty when it is not wanted.</param>
    /// <param name="margin">What the cosine of a different pair may be, -1 to 1.</param>
    /// <param name="options">Weights, mask and denominator; of pairs.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps an input in part, or the other gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not 1 or -1, or columns, margin or the denominator is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> first,
        int columns,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        Span<T> firstGradient,
        Span<T> secondGradient,
        double margin = 0,
        ElementwiseOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(first, columns, second, labels, margin, options);
        ElementwiseCall.WritesRowGradient(firstGradient, first, options).Over(second).Apart(labels);
        if (!secondGradient.IsEmpty)
        {
            ElementwiseCall.WritesRowGradient(secondGradient, first, options).Over(second).Apart(labels).Apart<T>(firstGradient);
        }

        return Run(first, columns, second, labels, margin, firstGradient, secondGradient, default, options);
    }

    private static int Check<T>(
        ReadOnlySpan<T> first, int columns, ReadOnlySpan<T> second, ReadOnlySpan<int> labels, double margin, ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(first, columns);
        Guard.SameLength(second, first);
        Guard.Length(labels, rows, "a label for each pair of rows");
        Guard.Signs(labels);
        Guard.Between(margin, -1, 1);
        ElementwiseCall.CheckRows(options, rows);
        return rows;
    }

    private static unsafe LossTally Run<T>(
        ReadOnlySpan<T> first,
        int columns,
        ReadOnlySpan<T> second,
        ReadOnlySpan<int> labels,
        double margin,
        Span<T> firstGradient,
        Span<T> secondGradient,
        Span<T> losses,
        ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = first)
        fixed (T* y = second)
        fixed (int* l = labels)
        fixed (T* byX = firstGradient)
        fixed (T* byY = secondGradient)
        {
            CosineRow<T> row = new(x, y, columns, l, margin, byX, byY);
            return RowLosses.Run(labels.Length, options, row, losses, !firstGradient.IsEmpty);
        }
    }
}
