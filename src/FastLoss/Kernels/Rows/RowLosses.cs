using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A loss of one row, and its gradients; what the two share is kept between the calls.</summary>
internal interface IRowLoss
{
    double Value(long row);

    /// <summary>Writes the gradients times scale, after <see cref="Value"/>.</summary>
    void Gradient(long row, double scale);

    /// <summary>Writes gradients of 0.</summary>
    void Clear(long row);
}

/// <summary>The one loop over rows with weights, for losses that need a whole row at once.</summary>
internal static class RowLosses
{
    /// <summary>Runs all rows; <paramref name="losses"/> is empty where they are not wanted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static LossTally Run<T, TRow>(int rows, LossOptions<T> options, TRow row, Span<T> losses, bool isDifferentiated)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, IRowLoss
    {
        ExactSum weight = default;
        long count = 0;
        for (int r = 0; r < rows; r++)
        {
            double w = Weight(options, r);
            weight.Add(w);
            if (w != 0) count++;
        }

        double divisor = options.Denominator ?? weight.ToDouble();
        double scale = divisor == 0 ? 0 : 1 / divisor;
        ExactSum sum = default;
        for (int r = 0; r < rows; r++)
        {
            double w = Weight(options, r), value = 0;
            if (w != 0)
            {
                value = row.Value(r) * w;
                if (isDifferentiated && scale != 0) row.Gradient(r, w * scale);
                else if (isDifferentiated) row.Clear(r);
            }
            else if (isDifferentiated)
            {
                row.Clear(r);
            }

            sum.Add(value);
            if (!losses.IsEmpty) losses[r] = T.CreateTruncating(value);
        }

        return new(sum, weight, count);
    }

    /// <summary>What a row counts; 0 where it is masked.</summary>
    public static double Weight<T>(LossOptions<T> options, int r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!options.Mask.IsEmpty && !options.Mask[r]) return 0;
        return options.Weights.IsEmpty ? 1 : double.CreateTruncating(options.Weights[r]);
    }
}
