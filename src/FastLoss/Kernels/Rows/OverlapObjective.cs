using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What a loss of overlap makes of the sums over its row, see <see cref="OverlapForms"/>.</summary>
internal interface IOverlapForm
{
    /// <param name="sums">Of the row.</param>
    /// <param name="scale">What the slopes are multiplied by.</param>
    /// <param name="first">A number of the row's slopes.</param>
    /// <param name="second">Another.</param>
    /// <returns>The loss.</returns>
    double Loss(RowTotals sums, double scale, out double first, out double second);
}

/// <summary>
/// Losses of the overlap of rows of probabilities p and masks t, in double: a pass for sums over both, and one for the slopes, which are straight lines of
/// both. The sums are those of differences, so that what remains of a nearly perfect mask keeps its digits.
/// </summary>
internal readonly unsafe struct OverlapObjective<T, TForm, TSums, TSlopes>(TForm form) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TForm : struct, IOverlapForm
    where TSums : struct, IRowSums
    where TSlopes : struct, IRowMap
{
    private const int N = WideRow.Number;

    /// <summary>Two numbers of the slopes, three sums.</summary>
    private const int Lines = 5;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideBlock<T>.BlockRows(classCount, 2);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideBlock<T>.WorkLength(classCount, 2);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(Lines))]);
        double* numbers = Scratch.Aligned(buffer), sums = numbers + (2 * N);
        WideBlock<T> wide = new(block, 2, T.Zero, numbers, sums);
        wide.Sum<TSums>();
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r);
            RowTotals totals = new(sums[r], sums[N + r], TSums.Sums > 2 ? sums[(2 * N) + r] : 0);
            double loss = form.Loss(totals, weight * block.Scale, out numbers[r], out numbers[N + r]);
            block.WideLosses[r] = weight == 0 ? 0 : loss * weight;
        }

        if (block.Gradient != null)
        {
            wide.Map<TSlopes>(block.Gradient);
            RowWeight.ClearUncounted(block);
        }

        Scratch.Check(buffer, WideRow.BufferLength(Lines));
    }
}
