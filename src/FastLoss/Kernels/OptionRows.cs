using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Softmax cross-entropy of rows with any option, one row after the other; the plain loss is <see cref="CrossEntropyRows"/>'.</summary>
internal static unsafe class OptionRows
{
    /// <summary>Logits capped or divided are kept on the stack up to this many, else in a pooled array.</summary>
    private const int LocalLength = 2048;

    /// <summary>The rows that count, and what they weigh; no logit is read.</summary>
    public static (double Weight, long Count) Weigh<T, TLabel>(
        ReadOnlySpan<TLabel> labels, int rows, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        double weight = 0;
        long count = 0;
        for (int r = 0; r < rows; r++)
        {
            if (IsSkipped(labels, r, options)) continue;
            double w = RowWeight(options, r);
            if (!labels.IsEmpty && !options.ClassWeights.IsEmpty)
            {
                w *= double.CreateTruncating(options.ClassWeights[int.CreateTruncating(labels[r])]);
            }

            weight += w;
            count++;
        }

        return (weight, count);
    }

    /// <summary>Whether the row is ignored or of weight 0.</summary>
    public static bool IsSkipped<T, TLabel>(ReadOnlySpan<TLabel> labels, int r, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        (!options.RowWeights.IsEmpty && options.RowWeights[r] == T.Zero)
        || (!labels.IsEmpty && options.IgnoreLabel is long ignored && long.CreateTruncating(labels[r]) == ignored);

    /// <summary>The sum of the rows' losses, z-loss included, and of z-loss alone; spans may be empty where nothing is wanted.</summary>
    [SkipLocalsInit]
    public static (double Sum, double ZSum) Run<T, TLabel>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        ReadOnlySpan<T> targets,
        CrossEntropyOptions<T> options,
        double scale,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        OptionScalars scalars = new(
            options.LabelSmoothing, 1 / (options.Temperature ?? 1), options.LogitSoftcap ?? 0, options.ZLoss, options.FocalGamma);
        int kept = scalars.IsIdentity ? 0 : classCount;
        T[]? rented = kept > LocalLength ? ArrayPool<T>.Shared.Rent(kept) : null;
        T* local = stackalloc T[rented == null ? Math.Max(1, kept) : 1];
        double sum = 0, zSum = 0;
        fixed (T* x = logits)
        fixed (T* t = targets)
        fixed (T* w = options.ClassWeights)
        fixed (T* g = gradient)
        fixed (T* pooled = rented)
        {
            for (int r = 0; r < logits.Length / classCount; r++)
            {
                long at = (long)r * classCount;
                if (IsSkipped(labels, r, options))
                {
                    if (!losses.IsEmpty) losses[r] = T.Zero;
                    if (g != null) new Span<T>(g + at, classCount).Clear();
                    continue;
                }

                int label = labels.IsEmpty ? -1 : int.CreateTruncating(labels[r]);
                T* z = kept == 0 ? x + at : rented != null ? pooled : local;
                OptionRow<T> row = new(x + at, z, classCount, t == null ? null : t + at, w, scalars);
                double weight = RowWeight(options, r);
                double value = row.Value(label) * weight, zValue = row.ZTerm * weight;
                sum += value + zValue;
                zSum += zValue;
                if (!losses.IsEmpty) losses[r] = T.CreateTruncating(value + zValue);
                if (g != null) row.Gradient(label, g + at, scale * weight);
            }
        }

        if (rented != null) ArrayPool<T>.Shared.Return(rented);
        return (sum, zSum);
    }

    private static double RowWeight<T>(CrossEntropyOptions<T> options, int r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        options.RowWeights.IsEmpty ? 1 : double.CreateTruncating(options.RowWeights[r]);
}
