using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Brier score of rows of probabilities p: sum_c (p_c - t_c)^2, where the target t is 1 at the label and 0 elsewhere, or soft
/// (Brier 1950). 0 is perfect, 2 is certain and wrong. It is strictly proper: only the true probabilities have the least mean. Of two
/// classes it is twice the score of the one probability, which is <see cref="SquaredError"/>, as is its gradient.
/// </summary>
/// <remarks>
/// Computed in double and rounded once. Probabilities are not checked. NaN in a row gives NaN for that row, never for a neighbour.
/// No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static class BrierScore
{
    /// <summary>The scores of all rows against their labels.</summary>
    /// <param name="probabilities">Rows of <paramref name="classCount"/> probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="options">Weights and mask, of rows. A masked row's label need not be a class.</param>
    /// <returns>The sum of score * weight, the sum of weights, and how many rows counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or classCount or the denominator is outside its range.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<int> labels, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = CheckLabels(probabilities, classCount, labels, options);
        return Run(rows, probabilities, classCount, default, labels, options, default);
    }

    /// <summary>The score of each row against its label, times its weight.</summary>
    /// <param name="probabilities">Rows of <paramref name="classCount"/> probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1.</param>
    /// <param name="losses">Receives a score for each row, 0 where it does not count; apart from all inputs.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or classCount or the denominator is outside its range.</exception>
    public static LossTally PerRow<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<int> labels, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = CheckLabels(probabilities, classCount, labels, options);
        WritesLosses(losses, rows, options).Apart(probabilities).Apart(labels);
        return Run(rows, probabilities, classCount, default, labels, options, losses);
    }

    /// <summary>The scores of all rows against soft targets.</summary>
    /// <param name="probabilities">Rows of <paramref name="classCount"/> probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="targets">A target for each probability.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">classCount or the denominator is outside its range.</exception>
    public static LossTally EvaluateSoft<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<T> targets, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = CheckTargets(probabilities, classCount, targets, options);
        return Run(rows, probabilities, classCount, targets, default, options, default);
    }

    /// <summary>The score of each row against soft targets, times its weight.</summary>
    /// <param name="probabilities">Rows of <paramref name="classCount"/> probabilities.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="targets">A target for each probability.</param>
    /// <param name="losses">Receives a score for each row, 0 where it does not count; apart from all inputs.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As <see cref="Evaluate{T}"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">classCount or the denominator is outside its range.</exception>
    public static LossTally PerRowSoft<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = CheckTargets(probabilities, classCount, targets, options);
        WritesLosses(losses, rows, options).Apart(probabilities).Apart(targets);
        return Run(rows, probabilities, classCount, targets, default, options, losses);
    }

    private static int CheckLabels<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<int> labels, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(probabilities, classCount, options);
        Guard.Length(labels, rows, "a label for each row of probabilities");
        for (int r = 0; r < rows; r++)
        {
            if ((uint)labels[r] >= (uint)classCount && RowLosses.Weight(options, r) != 0)
            {
                Throw.LabelOutOfRange(nameof(labels), r, labels[r], classCount);
            }
        }

        return rows;
    }

    private static int CheckTargets<T>(
        ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<T> targets, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Check(probabilities, classCount, options);
        Guard.SameLength(targets, probabilities);
        return rows;
    }

    private static int Check<T>(ReadOnlySpan<T> probabilities, int classCount, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(probabilities, classCount);
        Guard.Entries(options, rows, "row", Wanted.Losses);
        return rows;
    }

    private static Written<T> WritesLosses<T>(Span<T> losses, int rows, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Length<T>(losses, rows, "a loss for each row");
        return Guard.Writes(losses).Apart(options);
    }

    private static unsafe LossTally Run<T>(
        int rows,
        ReadOnlySpan<T> probabilities,
        int classCount,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<int> labels,
        LossOptions<T> options,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* p = probabilities)
        fixed (T* t = targets)
        fixed (int* l = labels) return RowLosses.Run(rows, options, new BrierRow<T>(p, t, l, classCount), losses, isDifferentiated: false);
    }
}
