using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Softmax cross-entropy of rows of logits with a label each. With e the exponentials and o the sum of all but the label's,
/// the loss is ln(1 + o / e_label), the label's gradient -o / (o + e_label): both keep their digits when the row is confident,
/// where ln(sum) - x_label and p_label - 1 have none left.
/// </summary>
internal static unsafe class CrossEntropyRows
{
    /// <summary>
    /// The sum of the rows' losses; with <typeparamref name="TGradient"/> also its gradient times <paramref name="scale"/>. Losses
    /// are added exactly, whatever the blocks and threads they were computed in.
    /// </summary>
    public static ExactSum Run<T, TGradient>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<int> labels,
        Span<T> gradient,
        double scale,
        Span<T> losses,
        int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        if (TGradient.Value && RowPowers.IsLarge(scale))
        {
            scale = RowPowers.Split(scale, out double power);
            ExactSum total = Run<T, TGradient>(logits, classCount, labels, gradient, scale, losses, threads);
            RowPowers.Multiply(gradient, power);
            return total;
        }

        fixed (T* x = logits)
        fixed (int* label = labels)
        fixed (T* g = gradient)
        fixed (T* l = losses)
        {
            if (Chunks.IsParallel(logits.Length, threads) && !Chunks.IsParallel(classCount, threads))
            {
                return RowsInParallel<T, TGradient>(x, classCount, label, labels.Length, g, scale, l, threads);
            }

            return new Groups<T, TGradient>(x, classCount, label, labels.Length, g, scale, l, threads).Run(0, labels.Length);
        }
    }

    /// <summary>Apart from <see cref="Run"/>: what only threads need cost a call for one row 2 to 3 ns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ExactSum RowsInParallel<T, TGradient>(
        T* x, int classCount, int* labels, int rows, T* gradient, double scale, T* losses, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        int range = Chunks.TaskRows(classCount, Group);
        if (range < Group) return PartsInParallel<T, TGradient>(x, classCount, labels, rows, gradient, scale, losses, threads);
        int count = Chunks.Count(rows, range);
        ExactSum[] rented = ArrayPool<ExactSum>.Shared.Rent(count);
        fixed (ExactSum* sums = rented)
        {
            Groups<T, TGradient> groups = new(x, classCount, labels, rows, gradient, scale, losses, threads);
            Chunks.For(count, (long)rows * classCount, threads, new Range<T, TGradient>(groups, range, sums));
            ExactSum sum = default;
            for (int i = 0; i < count; i++) sum.Add(sums[i]);
            ArrayPool<ExactSum>.Shared.Return(rented);
            return sum;
        }
    }

    /// <summary>Rows so long that a group of them is more than one task: their losses wait, and are added by one thread.</summary>
    private static ExactSum PartsInParallel<T, TGradient>(
        T* x, int classCount, int* labels, int rows, T* gradient, double scale, T* losses, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        T[]? rented = losses == null ? ArrayPool<T>.Shared.Rent(rows) : null;
        fixed (T* pooled = rented)
        {
            T* rowLosses = losses == null ? pooled : losses;
            Groups<T, TGradient> groups = new(x, classCount, labels, rows, gradient, scale, rowLosses, threads);
            int range = Chunks.TaskRows(classCount, Group);
            Chunks.For(Chunks.Count(rows, range), (long)rows * classCount, threads, new Range<T, TGradient>(groups, range, null));
            ExactSum sum = default;
            sum.Add(new ReadOnlySpan<T>(rowLosses, rows));
            if (rented != null) ArrayPool<T>.Shared.Return(rented);
            return sum;
        }
    }

    /// <summary>Rows whose losses are added at a time.</summary>
    private const int Group = SmallRows.BlockRows;

    private readonly struct Range<T, TGradient>(Groups<T, TGradient> groups, int range, ExactSum* sums) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        public void Run(int chunk)
        {
            ExactSum sum = groups.Run(chunk * range, (int)Math.Min(groups.Rows, (chunk + 1L) * range));
            if (sums != null) sums[chunk] = sum;
        }
    }

    private readonly struct Groups<T, TGradient>(
        T* x, int classCount, int* labels, int rows, T* gradient, double scale, T* losses, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        public int Rows => rows;

        /// <summary>The rows from a multiple of the group to the end, and the sum of their losses.</summary>
        [SkipLocalsInit]
        public ExactSum Run(int first, int end)
        {
            int blockRows = BlockRows<T, TGradient>(classCount, x == gradient);
            bool isSmall = classCount <= SmallRows.MaxClasses<T>();
            T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(TGradient.Value && isSmall ? classCount * Vector512<T>.Count : 1)]);
            if (TGradient.Value && isSmall) SmallRows.FillRowTable(rowTable, classCount, end - first);
            T* groupLosses = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
            ExactSum sum = default;
            for (nint start = first; start < end; start += Group)
            {
                int groupRows = (int)Math.Min(Group, end - start);
                for (nint r = 0; r < groupRows; r += blockRows)
                {
                    nint at = (start + r) * classCount;
                    int rowsOfBlock = (int)Math.Min(blockRows, groupRows - r);
                    Block<T, TGradient, No>(
                        x + at, classCount, rowsOfBlock, labels + start + r, gradient + at, scale, groupLosses + r, rowTable, threads, default);
                }

                sum.AddBuffer(groupLosses, groupRows);
                if (losses != null) new Span<T>(groupLosses, groupRows).CopyTo(new Span<T>(losses + start, groupRows));
            }

            Scratch.Check(rowTable, TGradient.Value && isSmall ? classCount * Vector512<T>.Count : 1);
            Scratch.Check(groupLosses, Group);
            return sum;
        }
    }

    /// <summary>Elements of exponentials kept on the stack when the gradient overwrites the logits.</summary>
    private const int LocalLength = 4096;

    /// <summary>
    /// Rows whose gradient follows must still be in the cache when it does; the losses alone read each row once. A row's
    /// result does not depend on its block.
    /// </summary>
    public static int BlockRows<T, TGradient>(int classCount, bool inPlace)
        where TGradient : struct, IFlag
    {
        if (classCount >= Chunks.SerialLength) return 1;
        if (!TGradient.Value || classCount <= SmallRows.MaxClasses<T>()) return SmallRows.BlockRows;
        return Math.Clamp((inPlace ? LocalLength : 65536) / classCount, 1, SmallRows.BlockRows);
    }

    /// <summary>Up to <see cref="BlockRows"/> rows; with <typeparamref name="TOptions"/> as the options say, and no row that is skipped is heard.</summary>
    [SkipLocalsInit]
    public static void Block<T, TGradient, TOptions>(
        T* x,
        int classCount,
        int rows,
        int* labels,
        T* gradient,
        double scale,
        T* losses,
        T* rowTable,
        int threads,
        in RowOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
        where TOptions : struct, IFlag
    {
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<T>.BufferLength)]);
        RowTerms<T> terms = new(buffer, losses);
        bool isSmall = classCount <= SmallRows.MaxClasses<T>();
        T* local = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? SmallRows.BufferLength<T>(classCount) : TGradient.Value ? LocalLength : 1)]);

        // Where the exponentials are kept for the gradient; null when they are computed again.
        T* e = isSmall ? local
            : !TGradient.Value ? null
            : SoftmaxRow.Reloads(x, gradient, classCount) ? gradient
            : (long)rows * classCount <= LocalLength ? local
            : null;
        if (isSmall)
        {
            SmallRows.Exp(x, e, rows * classCount);
            SmallRows.Pick(e, classCount, rows, labels, terms.Target);
            SmallRows.Sum<T, Yes>(e, classCount, rows, labels, terms.Others);
        }
        else
        {
            for (int r = 0; r < rows; r++) terms.Target[r] = Row(x, r, classCount)[labels[r]];
            if (Chunks.IsParallel(classCount, threads)) LongRow(x, e, classCount, labels[0], terms, threads);
            else if (e == null) ExpSum.ScaledRows<T, No>(x, null, classCount, rows, labels, terms.Others, terms.Power);
            else ExpSum.ScaledRows<T, Yes>(x, e, classCount, rows, labels, terms.Others, terms.Power);
        }

        double finishScale = TOptions.Value ? 1 : scale;
        ulong skipped = TOptions.Value ? options.Skipped(rows) : 0;
        bool needsFactors = TGradient.Value || (TOptions.Value && options.ZLoss != 0);
        ulong redone = isSmall ? terms.Inexact(rows) & ~skipped : 0;
        ulong repairs = Finish(terms, rows, finishScale, isSmall, needsFactors, redone, out ulong reduced) & ~skipped;
        if (isSmall && TOptions.Value) new Span<T>(terms.Power, rows).Clear();
        if (isSmall) repairs = 0;
        if (redone != 0)
        {
            SmallRows.Redo(x, e, classCount, rows, redone, labels, terms);
            if (needsFactors) terms.FinishRedone<Yes>(rows, finishScale, redone, ref reduced);
            else terms.FinishRedone<No>(rows, finishScale, redone, ref reduced);
        }
        else if (TOptions.Value)
        {
            new Span<T>(terms.Offset, rows).Clear();
        }

        reduced &= ~repairs;
        for (ulong left = repairs; left != 0; left &= left - 1)
        {
            int r = BitOperations.TrailingZeroCount(left);
            if (terms.Repair(r, Row(x, r, classCount), classCount, labels[r], finishScale, threads)) reduced |= 1UL << r;
        }

        if (TOptions.Value) reduced = terms.Apply<TGradient>(rows, scale, options) & ~skipped;
        if (TGradient.Value)
        {
            if (isSmall) WriteSmall(terms, e, classCount, rows, gradient, reduced, rowTable);
            else WriteLarge(terms, x, e, classCount, rows, gradient, repairs, reduced, threads);
            for (int r = 0; r < rows; r++) Row(gradient, r, classCount)[labels[r]] = terms.TargetGradient[r];
            Clear(gradient, classCount, skipped);
        }

        Scratch.Check(buffer, RowTerms<T>.BufferLength);
        Scratch.Check(local, isSmall ? SmallRows.BufferLength<T>(classCount) : TGradient.Value ? LocalLength : 1);
    }

    /// <summary>Zeros the given rows, a bit each.</summary>
    public static void Clear<T>(T* gradient, int classCount, ulong rows)
        where T : unmanaged
    {
        for (; rows != 0; rows &= rows - 1)
        {
            new Span<T>(Row(gradient, BitOperations.TrailingZeroCount(rows), classCount), classCount).Clear();
        }
    }

    private static ulong Finish<T>(
        in RowTerms<T> terms, int rows, double scale, bool areExponentials, bool needsFactors, ulong passed, out ulong reduced)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (areExponentials, needsFactors) switch
        {
            (true, true) => terms.Finish<Yes, Yes>(rows, scale, out reduced, passed),
            (true, false) => terms.Finish<No, Yes>(rows, scale, out reduced, passed),
            (false, true) => terms.Finish<Yes, No>(rows, scale, out reduced, passed),
            (false, false) => terms.Finish<No, No>(rows, scale, out reduced, passed),
        };

    /// <summary>A row worth threads of its own; blocks of such rows are one row.</summary>
    private static void LongRow<T>(T* x, T* e, int classCount, int label, RowTerms<T> terms, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowShift<T> shift = RowShift<T>.Guess(x, classCount);
        double sum = e == null
            ? ExpSum.Scaled<T, No>(x, null, classCount, label, shift, threads)
            : ExpSum.Scaled<T, Yes>(x, e, classCount, label, shift, threads);
        terms.Power[0] = T.CreateTruncating(shift.Power);
        terms.Others[0] = T.CreateTruncating(sum);
    }

    private static void WriteSmall<T>(RowTerms<T> terms, T* e, int classCount, int rows, T* gradient, ulong reduced, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (reduced != 0) terms.Reduce(e, classCount, rows, reduced, rowTable);
        SmallRows.Scale(e, gradient, classCount, rows, terms.Factor, terms.Least, rowTable);
    }

    private static void WriteLarge<T>(
        RowTerms<T> terms, T* x, T* e, int classCount, int rows, T* gradient, ulong repairs, ulong reduced, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int r = 0; r < rows; r++)
        {
            T* row = Row(x, r, classCount);
            T* g = Row(gradient, r, classCount);
            bool isRepaired = ((repairs >> r) & 1) != 0;
            bool isReduced = ((reduced >> r) & 1) != 0;
            double factor = double.CreateTruncating(terms.Factor[r]);
            if (isRepaired) ScaleExp.Recompute(row, g, classCount, terms.Shift(r), factor, isReduced, threads);
            else if (e != null) ScaleExp.Reload(Row(e, r, classCount), g, classCount, factor, isReduced, threads);
            else ScaleExp.Recompute(row, g, classCount, default, factor, isReduced, threads);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Row<T>(T* matrix, int row, int columns)
        where T : unmanaged => matrix + ((long)row * columns);
}
