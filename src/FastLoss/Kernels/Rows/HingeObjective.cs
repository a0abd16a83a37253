using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The multi-class hinge of rows of scores, in double: of few classes by columns, else row by row. The label's class is left out of the
/// sums; its derivative is less the others' sum.
/// </summary>
internal readonly unsafe struct HingeObjective<T>(double margin, bool isSquared) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    /// <summary>The label's score, the margin and the gradient's factor of each row.</summary>
    private const int Numbers = 3;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideColumns.BlockRows(classCount, 1);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideColumns.WorkLength(classCount, 1);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(Numbers + 2))]);
        double* numbers = Scratch.Aligned(buffer);
        if (isSquared && block.Gradient != null) Run<Yes, Yes>(block, numbers);
        else if (isSquared) Run<Yes, No>(block, numbers);
        else if (block.Gradient != null) Run<No, Yes>(block, numbers);
        else Run<No, No>(block, numbers);
        Scratch.Check(buffer, WideRow.BufferLength(Numbers + 2));
    }

    private void Run<TSquared, TDifferentiated>(in RowBlock<T> block, double* numbers)
        where TSquared : struct, IFlag
        where TDifferentiated : struct, IFlag
    {
        if (!WideColumns.Takes(block.ClassCount, 1))
        {
            for (nint r = 0; r < block.Rows; r++)
            {
                bool isMasked = T.IsNegativeInfinity(block.Logits[(r * block.ClassCount) + block.Labels[r]]);
                if (isMasked) Row<TSquared, TDifferentiated, Yes>(block, r, numbers);
                else Row<TSquared, TDifferentiated, No>(block, r, numbers);
            }
        }
        else if (Take(block, numbers))
        {
            Small<TSquared, TDifferentiated, Yes>(block, numbers);
        }
        else
        {
            Small<TSquared, TDifferentiated, No>(block, numbers);
        }
    }

    /// <summary>The columns, in which the label's class is masked, and each row's numbers; true where a label was masked already.</summary>
    private bool Take(in RowBlock<T> block, double* numbers)
    {
        T* columns = block.Work;
        Columns.FromRows(block.Logits, block.ClassCount, block.Rows, columns);
        bool isMasked = false;
        for (nint r = 0; r < block.Rows; r++)
        {
            nint at = ((nint)block.Labels[r] * N) + r;
            T score = columns[at];
            isMasked |= T.IsNegativeInfinity(score);
            columns[at] = T.NegativeInfinity;
            numbers[r] = double.CreateTruncating(score);
            numbers[N + r] = margin;
            numbers[(2 * N) + r] = RowWeight.Of(block, r) / block.ClassCount * block.Scale;
        }

        for (nint r = block.Rows; r < WideColumns.Padded(block.Rows); r++) numbers[r] = numbers[N + r] = numbers[(2 * N) + r] = 0;
        return isMasked;
    }

    private void Small<TSquared, TDifferentiated, TMasked>(in RowBlock<T> block, double* numbers)
        where TSquared : struct, IFlag
        where TDifferentiated : struct, IFlag
        where TMasked : struct, IFlag
    {
        T* columns = block.Work;
        double* sums = numbers + (Numbers * N);
        nint n = block.ClassCount;
        WideColumns.Sum<T, Margins<TSquared, TDifferentiated, TMasked>>(new(columns), block.Rows, block.ClassCount, numbers, sums);
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r) / n;
            block.WideLosses[r] = weight == 0 ? 0 : double.IsNaN(numbers[r]) ? double.NaN : sums[r] * weight;
        }

        if (!TDifferentiated.Value) return;
        WideColumns.Map<T, Slopes<TSquared, TMasked>>(new(columns), columns, block.Rows, block.ClassCount, numbers);
        Columns.ToRows(columns, n, block.Rows, block.Gradient);
        for (nint r = 0; r < block.Rows; r++)
        {
            double slope = double.IsNaN(numbers[r]) ? double.NaN : -sums[N + r] * numbers[(2 * N) + r];
            block.Gradient[(r * n) + block.Labels[r]] = T.CreateTruncating(slope);
        }

        RowWeight.ClearUncounted(block);
    }

    private void Row<TSquared, TDifferentiated, TMasked>(in RowBlock<T> block, nint r, double* numbers)
        where TSquared : struct, IFlag
        where TDifferentiated : struct, IFlag
        where TMasked : struct, IFlag
    {
        nint n = block.ClassCount;
        T* x = block.Logits + (r * n), g = block.Gradient + (r * n);
        int label = block.Labels[r];
        T score = x[label];
        double weight = RowWeight.Of(block, r) / n, factor = weight * block.Scale;
        if (weight == 0 || T.IsNaN(score)) // no margin may be left to show a NaN
        {
            block.WideLosses[r] = weight == 0 ? 0 : double.NaN;
            if (TDifferentiated.Value) new Span<T>(g, (int)n).Fill(weight == 0 ? T.Zero : T.NaN);
            return;
        }

        WideRow.Fill(numbers, 0, double.CreateTruncating(score));
        WideRow.Fill(numbers, 1, margin);
        WideRow.Fill(numbers, 2, factor);
        RowTotals totals = WideRow.Sum<T, Margins<TSquared, TDifferentiated, TMasked>>(new(x), n, numbers, label);
        block.WideLosses[r] = totals.First * weight;
        if (!TDifferentiated.Value) return;
        WideRow.Map<T, Slopes<TSquared, TMasked>>(new(x), new(g), n, numbers);
        g[label] = T.CreateTruncating(-totals.Second * factor);
    }

    /// <summary>max(0, m), m = margin - x_label + x_c; 0 where x is -infinity, a mask, which shows only where the label is masked too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Violation<V, TMasked>(V x, double* p)
        where V : unmanaged, IPacked<V, double>, IVector<V>
        where TMasked : struct, IFlag => TMasked.Value
        ? V.AndNot(V.Equal(x, double.NegativeInfinity) & V.Equal(V.Load(p), double.NegativeInfinity), V.Max(0, (x - V.Load(p)) + V.Load(p + N)))
        : V.Max(0, (x - V.Load(p)) + V.Load(p + N));

    /// <summary>1 where the margin is violated, 0 elsewhere, NaN for NaN; twice the violation where it is squared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Slope<V, TSquared>(V m)
        where V : unmanaged, IPacked<V, double>, IVector<V>
        where TSquared : struct, IFlag => TSquared.Value ? m + m : V.Where(m > 0, 1, m);

    /// <summary>The sums of max(0, m)^p and of its derivatives by x_c.</summary>
    private readonly struct Margins<TSquared, TDifferentiated, TMasked> : IRowSums
        where TSquared : struct, IFlag
        where TDifferentiated : struct, IFlag
        where TMasked : struct, IFlag
    {
        public static int Inputs => 1;

        public static int Sums => TDifferentiated.Value ? 2 : 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V m = Violation<V, TMasked>(x, p);
            first = TSquared.Value ? V.Fma(m, m, first) : first + m;
            if (TDifferentiated.Value) second += Slope<V, TSquared>(m);
        }
    }

    private readonly struct Slopes<TSquared, TMasked> : IRowMap
        where TSquared : struct, IFlag
        where TMasked : struct, IFlag
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return Slope<V, TSquared>(Violation<V, TMasked>(x, p)) * V.Load(p + (2 * N));
        }
    }
}
