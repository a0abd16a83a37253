using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What soft Dice and soft Jaccard have in common: the checks and the rows.</summary>
internal static class OverlapCall
{
    public static LossTally Run<T, TUnion>(
        ReadOnlySpan<T> predictions, int columns, ReadOnlySpan<T> targets, double smoothing, ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUnion : struct, IFlag
    {
        int rows = Check(predictions, columns, targets, smoothing, options);
        return Run<T, TUnion>(rows, predictions, columns, targets, smoothing, options, default, default);
    }

    public static LossTally RunPerRow<T, TUnion>(
        ReadOnlySpan<T> predictions, int columns, ReadOnlySpan<T> targets, Span<T> losses, double smoothing, ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUnion : struct, IFlag
    {
        int rows = Check(predictions, columns, targets, smoothing, options);
        ElementwiseCall.WritesRowLosses(losses, rows, options).Apart(predictions).Apart(targets);
        return Run<T, TUnion>(rows, predictions, columns, targets, smoothing, options, default, losses);
    }

    public static LossTally RunWithGradient<T, TUnion>(
        ReadOnlySpan<T> predictions, int columns, ReadOnlySpan<T> targets, Span<T> gradient, double smoothing, ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUnion : struct, IFlag
    {
        int rows = Check(predictions, columns, targets, smoothing, options);
        ElementwiseCall.WritesRowGradient(gradient, predictions, options).Over(targets);
        return Run<T, TUnion>(rows, predictions, columns, targets, smoothing, options, gradient, default);
    }

    private static int Check<T>(
        ReadOnlySpan<T> predictions, int columns, ReadOnlySpan<T> targets, double smoothing, ElementwiseOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(predictions, columns);
        Guard.SameLength(targets, predictions);
        Guard.NotNegative(smoothing);
        ElementwiseCall.CheckRows(options, rows);
        return rows;
    }

    private static unsafe LossTally Run<T, TUnion>(
        int rows,
        ReadOnlySpan<T> predictions,
        int columns,
        ReadOnlySpan<T> targets,
        double smoothing,
        ElementwiseOptions<T> options,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUnion : struct, IFlag
    {
        fixed (T* p = predictions)
        fixed (T* t = targets)
        fixed (T* g = gradient)
        {
            OverlapRow<T, TUnion> row = new(p, t, columns, smoothing, g);
            return RowLosses.Run(rows, options, row, losses, !gradient.IsEmpty);
        }
    }
}
