using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>The negative log-likelihood: one element of each row, the label's.</summary>
internal static class PickedRows
{
    /// <summary>The sum of -r w l at the labels; with a gradient also its derivative times scale, 0 elsewhere.</summary>
    public static ExactSum Run<T, TLabel>(
        ReadOnlySpan<T> logProbabilities,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        double scale,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ExactSum sum = default;
        for (int r = 0; r < labels.Length; r++)
        {
            double value = 0, weight = 0;
            long at = (long)r * classCount;
            if (!OptionRows.IsSkipped(labels, r, options))
            {
                int label = int.CreateTruncating(labels[r]);
                at += label;
                weight = options.ClassWeights.IsEmpty ? 1 : double.CreateTruncating(options.ClassWeights[label]);
                if (!options.RowWeights.IsEmpty) weight *= double.CreateTruncating(options.RowWeights[r]);
                if (weight != 0) value = -double.CreateTruncating(logProbabilities[(int)at]) * weight;
            }

            sum.Add(value);
            if (!losses.IsEmpty) losses[r] = T.CreateTruncating(value);
            if (gradient.IsEmpty) continue;
            gradient.Slice(r * classCount, classCount).Clear();
            if (weight != 0) gradient[(int)at] = T.CreateTruncating(-weight * scale);
        }

        return sum;
    }
}
