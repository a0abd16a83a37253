using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Catalog;

/// <summary>Means of losses of rows as System.Numerics.Tensors composes them, row by row, with scratch as long as a row.</summary>
internal static class ComposedLosses
{
    public static double Hinge<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            ReadOnlySpan<T> x = Row(c, 0, row);
            TensorPrimitives.Add(x, T.One - x[c.Labels[row]], scratch);
            TensorPrimitives.Max(scratch, T.Zero, scratch);
            sum += (Wide(TensorPrimitives.Sum<T>(scratch)) - 1) / c.Columns;
        }

        return sum / c.Labels.Length;
    }

    /// <summary>The largest score but the label's is the larger of those before and those after it.</summary>
    public static double Worst<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            ReadOnlySpan<T> x = Row(c, 0, row);
            int label = c.Labels[row];
            T worst = T.NegativeInfinity;
            if (label > 0) worst = TensorPrimitives.Max(x[..label]);
            if (label + 1 < x.Length) worst = T.Max(worst, TensorPrimitives.Max(x[(label + 1)..]));
            sum += Math.Max(0, 1 + Wide(worst - x[label]));
        }

        return sum / c.Labels.Length;
    }

    public static double Likelihood<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++) sum -= Wide(Row(c, 0, row)[c.Labels[row]]);
        return sum / c.Labels.Length;
    }

    public static double CrossEntropy<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            ReadOnlySpan<T> x = Row(c, 0, row);
            sum += Wide(ComposedRows.LogSumExp(x, scratch) - x[c.Labels[row]]);
        }

        return sum / c.Labels.Length;
    }

    public static double Cosine<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            double cosine = Wide(TensorPrimitives.CosineSimilarity(Row(c, 0, row), Row(c, 1, row)));
            sum += c.Labels[row] == 1 ? 1 - cosine : Math.Max(0, cosine);
        }

        return sum / c.Labels.Length;
    }

    public static double Triplet<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++) sum += Math.Max(0, Distance(c, 1, row, scratch) - Distance(c, 2, row, scratch) + 1);
        return sum / c.Labels.Length;
    }

    public static double Dice<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            (double both, double sizes) = Overlap(c, row);
            sum += 1 - (((2 * both) + 1) / (sizes + 1));
        }

        return sum / c.Labels.Length;
    }

    public static double Jaccard<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            (double both, double sizes) = Overlap(c, row);
            sum += 1 - ((both + 1) / (sizes - both + 1));
        }

        return sum / c.Labels.Length;
    }

    /// <summary>sum p^2 - 2 p_label + 1.</summary>
    public static double Brier<T>(RowCall<T> c, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < c.Labels.Length; row++)
        {
            ReadOnlySpan<T> p = Row(c, 0, row);
            sum += Wide(TensorPrimitives.SumOfSquares(p)) - (2 * Wide(p[c.Labels[row]])) + 1;
        }

        return sum / c.Labels.Length;
    }

    private static ReadOnlySpan<T> Row<T>(RowCall<T> c, int input, int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => c.Inputs[input].AsSpan(row * c.Columns, c.Columns);

    private static double Distance<T>(RowCall<T> c, int other, int row, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(Row(c, 0, row), Row(c, other, row), scratch);
        TensorPrimitives.Add(scratch, T.CreateTruncating(1e-6), scratch);
        return Wide(TensorPrimitives.Norm<T>(scratch));
    }

    private static (double Both, double Sizes) Overlap<T>(RowCall<T> c, int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> p = Row(c, 0, row), t = Row(c, 1, row);
        return (Wide(TensorPrimitives.Dot(p, t)), Wide(TensorPrimitives.Sum(p)) + Wide(TensorPrimitives.Sum(t)));
    }

    private static double Wide<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(value);
}
