using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// sum_c (p_c - t_c)^2 of rows, with a target for each class or a label for each row, in double: of few classes by columns, else row by
/// row. A label's class is left out of the sum and added last.
/// </summary>
internal readonly unsafe struct BrierObjective<T>(bool hasTargets) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    public static bool IsWide => true;

    private int Inputs => hasTargets ? 2 : 1;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideColumns.BlockRows(classCount, Inputs);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideColumns.WorkLength(classCount, Inputs);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(3))]);
        double* numbers = Scratch.Aligned(buffer);
        if (!WideColumns.Takes(block.ClassCount, Inputs))
        {
            for (nint r = 0; r < block.Rows; r++) Row(block, r, numbers);
        }
        else if (hasTargets)
        {
            Small(block, numbers);
        }
        else
        {
            SmallLabelled(block, numbers);
        }

        Scratch.Check(buffer, WideRow.BufferLength(3));
    }

    /// <summary>A label's class, where its probability stands and less the target of 1.</summary>
    private static void SmallLabelled(in RowBlock<T> block, double* factors)
    {
        double* errors = factors + N, sums = errors + N;
        T* columns = block.Work;
        nint n = block.ClassCount;
        Columns.FromRows(block.Logits, n, block.Rows, columns);
        for (nint r = 0; r < block.Rows; r++)
        {
            nint at = ((nint)block.Labels[r] * N) + r;
            errors[r] = double.CreateTruncating(columns[at]) - 1;
            columns[at] = T.Zero;
        }

        WideColumns.Sum<T, Squares>(new(columns), block.Rows, block.ClassCount, factors, sums);
        for (nint r = 0; r < block.Rows; r++) sums[r] = Math.FusedMultiplyAdd(errors[r], errors[r], sums[r]);
        Losses(block, sums);
        if (block.Gradient == null) return;
        Factors(block, factors);
        WideColumns.Map<T, Slopes>(new(columns), columns, block.Rows, block.ClassCount, factors);
        Columns.ToRows(columns, n, block.Rows, block.Gradient);
        for (nint r = 0; r < block.Rows; r++) block.Gradient[(r * n) + block.Labels[r]] = T.CreateTruncating(errors[r] * factors[r]);
        RowWeight.ClearUncounted(block);
    }

    private static void Small(in RowBlock<T> block, double* factors)
    {
        double* sums = factors + N;
        WideRows<T> columns = new(block.Work, block.Work + Columns.Length(block.ClassCount));
        Columns.FromRows(block.Logits, block.ClassCount, block.Rows, columns.X);
        Columns.FromRows(block.Targets, block.ClassCount, block.Rows, columns.Y);
        WideColumns.Sum<T, Differences>(columns, block.Rows, block.ClassCount, factors, sums);
        Losses(block, sums);
        if (block.Gradient == null) return;
        Factors(block, factors);
        WideColumns.Map<T, DifferenceSlopes>(columns, columns.X, block.Rows, block.ClassCount, factors);
        Columns.ToRows(columns.X, block.ClassCount, block.Rows, block.Gradient);
        RowWeight.ClearUncounted(block);
    }

    private static void Losses(in RowBlock<T> block, double* sums)
    {
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r);
            block.WideLosses[r] = weight == 0 ? 0 : sums[r] * weight;
        }
    }

    /// <summary>What each row's gradient is multiplied by.</summary>
    private static void Factors(in RowBlock<T> block, double* factors)
    {
        for (nint r = 0; r < block.Rows; r++) factors[r] = 2 * RowWeight.Of(block, r) * block.Scale;
        for (nint r = block.Rows; r < WideColumns.Padded(block.Rows); r++) factors[r] = 0;
    }

    private static void Row(in RowBlock<T> block, nint r, double* numbers)
    {
        nint n = block.ClassCount;
        T* p = block.Logits + (r * n), g = block.Gradient + (r * n);
        double weight = RowWeight.Of(block, r), factor = 2 * weight * block.Scale;
        if (weight == 0)
        {
            block.WideLosses[r] = 0;
            if (block.Gradient != null) new Span<T>(g, (int)n).Clear();
            return;
        }

        WideRow.Fill(numbers, 0, factor);
        if (block.Targets != null)
        {
            WideRows<T> rows = new(p, block.Targets + (r * n));
            block.WideLosses[r] = WideRow.Sum<T, Differences>(rows, n, numbers).First * weight;
            if (block.Gradient != null) WideRow.Map<T, DifferenceSlopes>(rows, new(g), n, numbers);
            return;
        }

        int label = block.Labels[r];
        double error = double.CreateTruncating(p[label]) - 1;
        block.WideLosses[r] = Math.FusedMultiplyAdd(error, error, WideRow.Sum<T, Squares>(new(p), n, numbers, label).First) * weight;
        if (block.Gradient == null) return;
        WideRow.Map<T, Slopes>(new(p), new(g), n, numbers);
        g[label] = T.CreateTruncating(error * factor);
    }

    private readonly struct Squares : IRowSums
    {
        public static int Inputs => 1;

        public static int Sums => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V> => first = V.Fma(x, x, first);
    }

    private readonly struct Differences : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V d = x - y;
            first = V.Fma(d, d, first);
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
            return x * V.Load(p);
        }
    }

    private readonly struct DifferenceSlopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return (x - y) * V.Load(p);
        }
    }
}
