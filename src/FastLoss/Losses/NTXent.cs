using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The contrastive loss NT-Xent (normalized temperature-scaled cross-entropy, Chen et al. 2020), InfoNCE (van den Oord et al. 2018)
/// among the rows of one batch: of a square matrix s of similarities, row i with its positive in column y is
/// -ln(e^(s_iy / tau) / sum_(c != i) e^(s_ic / tau)). The diagonal, each row's similarity to itself, takes no part.
/// </summary>
/// <remarks>
/// It is <see cref="SoftmaxCrossEntropy"/> of s / tau with the diagonal masked, with its accuracy (a float s / tau rounds once, which
/// moves the loss by up to 1e-7 |s / tau|), its treatment of -infinity as a mask, and NaN for a row that holds NaN beside its diagonal,
/// never for a neighbour. Of similarities between two batches (CLIP), where the diagonal is the positive, take
/// <see cref="SoftmaxCrossEntropy"/> with a temperature. With e the matrix of embeddings, s = e e^T, and g the gradient by s, that by e
/// is (g + g^T) e. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static class NTXent
{
    /// <summary>The losses of all rows.</summary>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="positives">The column of each row's positive, another than the row's own; -1 for a row without one, which is skipped.</param>
    /// <param name="temperature">tau, positive; 0.05 to 0.5 is usual.</param>
    /// <returns>The sum over the rows with a positive, and their number as weight; the mean is NaN when there is none.</returns>
    /// <exception cref="ArgumentException">The matrix is not square with a row for each positive.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive is no column, or its row's own; the temperature or its inverse is not positive and finite.</exception>
    public static LossTally Evaluate<T>(ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = Check(similarities, positives, temperature);
        return new(ContrastiveRows.Run(similarities, positives, temperature, 1, default, default), count);
    }

    /// <summary>The loss of each row; 0 for a row without a positive.</summary>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="positives">The column of each row's positive, another than the row's own; -1 for a row without one, which is skipped.</param>
    /// <param name="losses">Receives a loss for each row; apart from the inputs.</param>
    /// <param name="temperature">tau, positive.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The matrix is not square with a row for each positive, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive is no column, or its row's own; the temperature or its inverse is not positive and finite.</exception>
    public static LossTally PerRow<T>(ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, Span<T> losses, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = Check(similarities, positives, temperature);
        Guard.SameLength<T, int>(losses, positives);
        Guard.Writes(losses).Apart(similarities).Apart(positives);
        return new(ContrastiveRows.Run(similarities, positives, temperature, 1, default, losses), count);
    }

    /// <summary>The losses of all rows, and the gradient of their mean with respect to the similarities, in one call.</summary>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="positives">The column of each row's positive, another than the row's own; -1 for a row without one, which is skipped.</param>
    /// <param name="gradient">As long as the similarities; exactly them, or apart from them. 0 on the diagonal and in skipped rows.</param>
    /// <param name="temperature">tau, positive.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The matrix is not square with a row for each positive, or the gradient overlaps it in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive is no column, or its row's own; the temperature or its inverse is not positive and finite.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, Span<T> gradient, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = Check(similarities, positives, temperature);
        Guard.SameLength<T, T>(gradient, similarities);
        Guard.Writes(gradient).Over(similarities).Apart(positives);
        return new(ContrastiveRows.Run(similarities, positives, temperature, 1.0 / Math.Max(1, count), gradient, default), count);
    }

    /// <summary>How many rows have a positive.</summary>
    private static int Check<T>(ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, double temperature)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = positives.Length, count = 0;
        Guard.Length(similarities, (long)n * n, "a square with a row for each positive");
        Guard.InvertibleAs<T>(temperature);
        for (int i = 0; i < n; i++)
        {
            if (positives[i] < -1 || positives[i] >= n || positives[i] == i)
            {
                Throw.ElementOutOfRange(nameof(positives), i, positives[i], $"-1, or a column from 0 to {n - 1} other than its row's own");
            }

            if (positives[i] >= 0) count++;
        }

        return count;
    }
}
