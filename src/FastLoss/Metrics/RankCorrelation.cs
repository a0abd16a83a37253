using System.Buffers;
using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>How far predictions put samples into the order of their targets, whatever their scale: Spearman's rho and Kendall's tau-b.</summary>
/// <remarks>
/// Equal numbers have the mean of their ranks (Spearman), or are pairs without an order (Kendall, tau-b): both are those of scipy. NaN where
/// a prediction or target is NaN, where all predictions or all targets are equal, and of fewer than two samples. Ranks are summed as whole
/// numbers, so samples in any order give the same bits, within 4 ULP. The samples are sorted, so parts of a data set do not add: it takes
/// them whole. A call borrows 16 to 36 bytes a sample from the array pool and allocates nothing.
/// </remarks>
public static class RankCorrelation
{
    /// <summary>Spearman's rho: Pearson's correlation of the ranks, 1 for the same order, -1 for the opposite.</summary>
    /// <param name="predictions">A number for each sample.</param>
    /// <param name="targets">As many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Spearman<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of(predictions, targets, isKendall: false);

    /// <summary>
    /// Kendall's tau-b: pairs in the same order less pairs in the opposite one, over the root of the pairs that predictions order times those
    /// that targets order.
    /// </summary>
    /// <param name="predictions">A number for each sample.</param>
    /// <param name="targets">As many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Kendall<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of(predictions, targets, isKendall: true);

    private static double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, bool isKendall)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(predictions, targets);
        int n = targets.Length;
        uint[] first = ArrayPool<uint>.Shared.Rent(n), second = ArrayPool<uint>.Shared.Rent(n);
        Span<uint> x = first.AsSpan(0, n), y = second.AsSpan(0, n);
        double result = double.NaN;
        if (SampleRanks.Set(predictions, x) && SampleRanks.Set(targets, y))
        {
            result = isKendall ? SampleRanks.Concordance(x, y) : SampleRanks.Correlation(x, y);
        }

        ArrayPool<uint>.Shared.Return(first);
        ArrayPool<uint>.Shared.Return(second);
        return result;
    }
}
