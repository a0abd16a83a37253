using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The margins between every label of a row and every class that is none, in double: a pass over the row for each of its labels, which sums
/// what is violated and counts how often, for the gradient, in whole numbers.
/// </summary>
internal readonly unsafe struct LabelPairsObjective<T>(double margin) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    /// <summary>The label's score and the margin: not their difference, in which a large score would swallow the margin.</summary>
    private const int Numbers = 2;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    /// <summary>A count for each class of one row.</summary>
    public int WorkLength(int rows, int classCount, bool isDifferentiated) => isDifferentiated ? classCount : 0;

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(Numbers))]);
        double* numbers = Scratch.Aligned(buffer);
        nint n = block.ClassCount;
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r) / n;
            WideRows<T> row = new(block.Logits + (r * n), block.Targets + (r * n), block.Gradient == null ? null : block.Work);
            double loss = weight == 0 ? 0 : Sum(row, n, numbers);
            block.WideLosses[r] = weight == 0 ? 0 : loss * weight;
            if (block.Gradient != null) Write(block.Gradient + (r * n), row, n, loss, weight * block.Scale, numbers);
        }

        Scratch.Check(buffer, WideRow.BufferLength(Numbers));
    }

    /// <summary>The sum over all pairs; sets the counts, where there are any, unless it is NaN.</summary>
    private double Sum(in WideRows<T> row, nint n, double* numbers)
    {
        RowTotals kinds = WideRow.Sum<T, Kinds>(row, n, numbers);
        if (row.Z != null) new Span<T>(row.Z, (int)n).Clear();
        double sum = kinds.First, left = kinds.Second;
        WideRow.Fill(numbers, 1, margin);
        if (double.IsNaN(sum) || left == n) return sum;
        for (nint i = 0; left > 0; i++)
        {
            if (!(row.Y[i] > T.Zero)) continue;
            left--;
            WideRow.Fill(numbers, 0, double.CreateTruncating(row.X[i]));
            RowTotals violated = WideRow.Sum<T, Violations>(row, n, numbers);
            sum += violated.First;
            if (row.Z == null || violated.Second == 0) continue;
            WideRow.Map<T, Counts>(row, new(row.Z), n, numbers);
            row.Z[i] = T.CreateTruncating(-violated.Second);
        }

        return sum;
    }

    private static void Write(T* gradient, in WideRows<T> row, nint n, double loss, double scale, double* numbers)
    {
        WideRow.Fill(numbers, 0, scale);
        if (double.IsNaN(loss)) new Span<T>(gradient, (int)n).Fill(T.NaN);
        else if (loss == 0) new Span<T>(gradient, (int)n).Clear();
        else WideRow.Map<T, ScaledRow>(new(row.Z), new(gradient), n, numbers);
    }

    /// <summary>max(0, margin - x_label + x); 0 for a mask, also where the label is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Violation<V>(V x, V target, double* p)
        where V : unmanaged, IPacked<V, double>, IVector<V> =>
        V.AndNot(V.Equal(x, double.NegativeInfinity) | (target > 0), V.Max(0, (x - V.Load(p)) + V.Load(p + N)));

    /// <summary>NaN where a score or a target is, and how many targets are labels.</summary>
    private readonly struct Kinds : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 2;

        public static int Numbers => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            first += V.Where(V.Equal(x, x) & V.Equal(y, y), 0, double.NaN);
            second += V.Where(y > 0, 1, 0);
        }
    }

    /// <summary>What one label's margin is violated by, and how many times.</summary>
    private readonly struct Violations : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 2;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V violation = Violation(x, y, p);
            first += violation;
            second += V.Where(violation > 0, 1, 0);
        }
    }

    /// <summary>The counts, and one more where the label's margin is violated.</summary>
    private readonly struct Counts : IRowMap
    {
        public static int Inputs => 3;

        public static int Outputs => 1;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return V.Where(Violation(x, y, p) > 0, z + 1, z);
        }
    }
}
