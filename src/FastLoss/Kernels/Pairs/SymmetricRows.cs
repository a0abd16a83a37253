using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// Softmax cross-entropy of the rows and of the columns of a square, the diagonal their labels, and the mean of the two: the row engine
/// twice, the second time with its classes along the other axis and its gradient added.
/// </summary>
internal static class SymmetricRows
{
    /// <param name="call">The square, its options and where the gradient goes, apart from the scores; its losses are room for those of rows.</param>
    /// <param name="byColumns">Room for the losses of columns.</param>
    /// <param name="traits">How logits are made of scores.</param>
    public static LossTally Run<T>(RowCall<T, int> call, Span<T> byColumns, RowTraits traits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = byColumns.Length;
        Span<T> byRows = call.Losses;
        RowTally rows = default, columns = default;
        traits = traits with { Share = 0.5 };
        Pass(call, traits, ref rows);
        call.Layout = new(Math.Max(1, n), Math.Max(1, n), Math.Max(1, n * n));
        call.Accumulates = true;
        call.Losses = byColumns;
        Pass(call, traits, ref columns);
        ExactSum sum = default;
        for (int i = 0; i < n; i++)
        {
            double row = 0.5 * double.CreateTruncating(byRows[i]), column = 0.5 * double.CreateTruncating(byColumns[i]);
            sum.Add(row);
            sum.Add(column);
            byRows[i] = T.CreateTruncating(row + column);
        }

        return new(sum, rows);
    }

    private static void Pass<T>(in RowCall<T, int> call, in RowTraits traits, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RowEngine.Run(call, default(PlainObjective<T>), traits, ref totals);
}
