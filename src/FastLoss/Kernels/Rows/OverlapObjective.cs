using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Soft Dice and soft Jaccard of rows, in double: of few elements by columns, else row by row. 1 - 2 sum pt / (sum p + sum t) is computed
/// as its difference, sum p (1 - t) + t (1 - p), over the sum of the sizes: what remains of a nearly perfect mask keeps its digits. The
/// sum of sizes counts the overlap twice, Jaccard's union once.
/// </summary>
internal readonly unsafe struct OverlapObjective<T, TUnion>(double smoothing) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TUnion : struct, IFlag
{
    private const int N = WideRow.Number;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideColumns.BlockRows(classCount, 2);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideColumns.WorkLength(classCount, 2);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(4))]);
        double* numbers = Scratch.Aligned(buffer);
        if (WideColumns.Takes(block.ClassCount, 2))
        {
            Small(block, numbers, numbers + (2 * N));
        }
        else
        {
            for (nint r = 0; r < block.Rows; r++) Row(block, r, numbers);
        }

        Scratch.Check(buffer, WideRow.BufferLength(4));
    }

    private void Small(in RowBlock<T> block, double* lines, double* sums)
    {
        WideRows<T> columns = new(block.Work, block.Work + Columns.Length(block.ClassCount));
        nint n = block.ClassCount;
        Columns.FromRows(block.Logits, n, block.Rows, columns.X);
        Columns.FromRows(block.Targets, n, block.Rows, columns.Y);
        WideColumns.Sum<T, Sizes>(columns, block.Rows, block.ClassCount, lines, sums);
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r);
            double loss = Loss(sums[r], sums[N + r], weight * block.Scale, out lines[r], out lines[N + r]);
            block.WideLosses[r] = weight == 0 ? 0 : loss * weight;
        }

        if (block.Gradient == null) return;
        for (nint r = block.Rows; r < WideColumns.Padded(block.Rows); r++) lines[r] = lines[N + r] = 0;
        WideColumns.Map<T, Slopes>(new(columns.Y), columns.Y, block.Rows, block.ClassCount, lines);
        Columns.ToRows(columns.Y, n, block.Rows, block.Gradient);
        RowWeight.ClearUncounted(block);
    }

    private void Row(in RowBlock<T> block, nint r, double* numbers)
    {
        nint n = block.ClassCount;
        T* t = block.Targets + (r * n), g = block.Gradient + (r * n);
        double weight = RowWeight.Of(block, r);
        if (weight == 0)
        {
            block.WideLosses[r] = 0;
            if (block.Gradient != null) new Span<T>(g, (int)n).Clear();
            return;
        }

        RowTotals sums = WideRow.Sum<T, Sizes>(new(block.Logits + (r * n), t), n, numbers);
        block.WideLosses[r] = Loss(sums.First, sums.Second, weight * block.Scale, out double atZero, out double rise) * weight;
        if (block.Gradient == null) return;
        WideRow.Fill(numbers, 0, atZero);
        WideRow.Fill(numbers, 1, rise);
        WideRow.Map<T, Slopes>(new(t), new(g), n, numbers);
    }

    /// <summary>The loss of the difference and the sizes, and the straight line of the target that its gradient is.</summary>
    private double Loss(double difference, double sizes, double scale, out double atZero, out double rise)
    {
        double divisor = sizes + smoothing;

        // Two empty masks, with nothing to smooth them by, agree.
        double factor = divisor == 0 ? 0 : scale / divisor, loss = divisor == 0 ? 0 : difference / divisor;
        atZero = (1 - loss) * factor;
        rise = (TUnion.Value ? -(2 - loss) : -2) * factor;
        return loss;
    }

    private readonly struct Sizes : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V missed = y * (1 - x);
            first += V.Fma(x, 1 - y, missed);
            second += x + (TUnion.Value ? missed : y);
        }
    }

    private readonly struct Slopes : IRowMap
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return V.Fma(x, V.Load(p + N), V.Load(p));
        }
    }
}
