using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Softmax, log-softmax and log-sum-exp of every row of a batch.</summary>
internal static unsafe class SoftmaxRows
{
    public static void Softmax<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> probabilities, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* p = probabilities) RowsOrChunks<T, SoftmaxBody<T>>(new(x, p, classCount, threads), logits.Length, classCount, threads);
    }

    public static void LogSoftmax<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> logProbabilities, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* p = logProbabilities) RowsOrChunks<T, LogSoftmaxBody<T>>(new(x, p, classCount, threads), logits.Length, classCount, threads);
    }

    public static void LogSumExp<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> destination, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* d = destination) RowsOrChunks<T, LogSumExpBody<T>>(new(x, d, classCount, threads), logits.Length, classCount, threads);
    }

    /// <summary>
    /// Rows in ranges to the threads; but rows so long that one alone is worth threads come one after the other, and their chunks
    /// go to the threads.
    /// </summary>
    private static void RowsOrChunks<T, TBody>(TBody body, long length, int classCount, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBody : struct, IRowsBody<T>
    {
        int rows = (int)(length / classCount);
        if (Chunks.IsParallel(length, threads) && !Chunks.IsParallel(classCount, threads))
        {
            int range = Chunks.TaskRows(classCount, SmallRows.BlockRows);
            Chunks.For(Chunks.Count(rows, range), length, threads, new RangeBody<T, TBody>(body, rows, range));
        }
        else
        {
            Dispatch.Run<T, RowRange<T, TBody>, int>(new(body, 0, rows));
        }
    }

    private interface IRowsBody<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        void Run<V>(int first, int end)
            where V : unmanaged, IPacked<V, T>, IVector<V>;
    }

    private readonly struct RowRange<T, TBody>(TBody body, int first, int end) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBody : struct, IRowsBody<T>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            body.Run<V>(first, end);
            return 0;
        }
    }

    private readonly struct RangeBody<T, TBody>(TBody body, int rows, int range) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBody : struct, IRowsBody<T>
    {
        public void Run(int chunk) =>
            Dispatch.Run<T, RowRange<T, TBody>, int>(new(body, chunk * range, (int)Math.Min(rows, (chunk + 1L) * range)));
    }

    private readonly struct LogSoftmaxBody<T>(T* x, T* destination, int classCount, int threads) : IRowsBody<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run<V>(int first, int end)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            bool isSmall = classCount <= SmallRows.MaxClasses<T>();
            T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? SmallRows.TableLength<T>(classCount) : 1)]);
            if (isSmall) SmallRows<V, T>.FillRowTable(rowTable, classCount, end - first);
            bool isByColumns = !isSmall && classCount <= ClassObjective<T>.MostColumns;
            int blockRows = isSmall ? SmallRows.BlockRows : isByColumns ? SoftmaxColumns.BlockRows<T>(classCount) : 1;
            for (nint r = first; r < end; r += blockRows)
            {
                nint at = r * classCount;
                int rows = (int)Math.Min(blockRows, end - r);
                if (isSmall) SmallLogSoftmax<V, T>(x + at, classCount, rows, destination + at, rowTable);
                else if (isByColumns) SoftmaxColumns.Run<T, SoftmaxColumns.LogProbability>(x + at, classCount, rows, destination + at);
                else SoftmaxRow<V, T>.LogSoftmax(x + at, destination + at, classCount, threads);
            }

            Scratch.Check(rowTable, isSmall ? SmallRows.TableLength<T>(classCount) : 1);
        }
    }

    /// <summary>
    /// The largest element's log-probability is minus the cross-entropy with it as the label, the others' follow from it: see
    /// <see cref="SoftmaxRow{V, T}.LogSoftmax"/>.
    /// </summary>
    [SkipLocalsInit]
    private static void SmallLogSoftmax<V, T>(T* x, int classCount, int rows, T* destination, T* rowTable)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* e = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* losses = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<V, T>.BufferLength)]);
        int* largest = Scratch.Take(stackalloc int[Scratch.Room<int>(SmallRows.BlockRows)]);
        RowTerms<V, T> terms = new(buffer, losses);
        FinishWithLargest<V, T>(x, e, classCount, rows, largest, terms);
        SmallRows.Pick(x, classCount, rows, largest, terms.Target);
        SmallRows<V, T>.SubtractTwice(x, destination, classCount, rows, terms.Target, losses, rowTable);
        Scratch.Check(e, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(losses, SmallRows.BlockRows);
        Scratch.Check(buffer, RowTerms<V, T>.BufferLength);
        Scratch.Check(largest, SmallRows.BlockRows);
    }

    /// <summary>The terms of a block of small rows with the largest logit as the label.</summary>
    private static void FinishWithLargest<V, T>(T* x, T* e, int classCount, int rows, int* largest, in RowTerms<V, T> terms)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong redone = ulong.MaxValue >> (SmallRows.BlockRows - rows);
        bool isRedone = TryRedoFar<V, T>(x, e, classCount, rows, largest, terms);
        if (!isRedone)
        {
            SmallRows<V, T>.Exp(x, e, rows * classCount);
            SmallRows<V, T>.Largest(e, classCount, rows, largest);
            SmallRows.TakeOut(e, classCount, rows, largest, terms.Target);
            SmallRows<V, T>.Sum(e, classCount, rows, terms.Others);
            redone = terms.Inexact(rows);
        }

        terms.Finish<No, Yes>(rows, 1, out ulong reduced, redone);
        if (redone == 0) return;

        // Clamped exponentials do not tell which logit is the largest.
        for (ulong left = isRedone ? 0 : redone; left != 0; left &= left - 1)
        {
            int r = BitOperations.TrailingZeroCount(left), at = 0;
            T* row = x + (r * classCount);
            for (int c = 1; c < classCount; c++) at = row[c] > row[at] ? c : at;
            largest[r] = at;
        }

        if (!isRedone) SmallRows<V, T>.Redo(x, e, classCount, rows, redone, largest, terms);
        terms.FinishRedone<No>(rows, 1, redone, ref reduced);
    }

    /// <summary><see cref="SmallRows{V, T}.TryRedoFar"/> with the largest of each row as its label.</summary>
    private static bool TryRedoFar<V, T>(T* x, T* e, int classCount, int rows, int* largest, in RowTerms<V, T> terms)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!SmallRows<V, T>.StartsFar(x, classCount)) return false;
        new ReadOnlySpan<T>(x, rows * classCount).CopyTo(new Span<T>(e, rows * classCount)); // which has room for whole vectors
        SmallRows<V, T>.Largest(e, classCount, rows, largest);
        return SmallRows<V, T>.TryRedoFar(x, e, classCount, rows, 0, largest, terms);
    }

    private readonly struct LogSumExpBody<T>(T* x, T* destination, int classCount, int threads) : IRowsBody<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<V>(int first, int end)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            bool isByColumns = SoftmaxColumns.Takes<T>(classCount);
            int blockRows = isByColumns ? SoftmaxColumns.BlockRows<T>(classCount) : classCount <= ExpSum.ChunkLength ? SmallRows.BlockRows : 1;
            for (nint r = first; r < end; r += blockRows)
            {
                T* row = x + (r * classCount);
                if (isByColumns) SoftmaxColumns.LogSumExp(row, classCount, (int)Math.Min(blockRows, end - r), destination + r);
                else if (blockRows == 1) destination[r] = T.CreateTruncating(SoftmaxRow<V, T>.LogSumExp(row, classCount, threads));
                else LogSumExpBlock<V, T>(row, classCount, (int)Math.Min(blockRows, end - r), destination + r);
            }
        }
    }

    [SkipLocalsInit]
    private static void LogSumExpBlock<V, T>(T* x, int classCount, int rows, T* destination)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isSmall = classCount <= SmallRows.MaxClasses<T>();
        T* e = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? SmallRows.BufferLength<T>(classCount) : 1)]);
        T* logs = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<V, T>.BufferLength)]);
        RowTerms<V, T> terms = new(buffer, logs);
        ulong all = ulong.MaxValue >> (SmallRows.BlockRows - rows);
        bool isRedone = isSmall && SmallRows<V, T>.TryRedoFar(x, e, classCount, rows, 0, null, terms);
        if (isSmall && !isRedone)
        {
            SmallRows<V, T>.Exp(x, e, rows * classCount);
            SmallRows<V, T>.Sum(e, classCount, rows, terms.Others);
            new Span<T>(terms.Power, SmallRows.BlockRows).Clear();
        }
        else if (!isSmall)
        {
            ExpSum<V, T>.ScaledRows<No>(x, null, classCount, rows, null, terms.Others, terms.Power);
        }

        ulong repairs = isRedone ? all : terms.Logs(rows);
        if (isSmall && repairs != 0)
        {
            if (!isRedone) SmallRows<V, T>.Redo(x, e, classCount, rows, repairs, null, terms);
            repairs = terms.Logs(rows);
            TensorPrimitives.Add(new ReadOnlySpan<T>(logs, rows), new ReadOnlySpan<T>(terms.Offset, rows), new Span<T>(logs, rows));
        }

        new ReadOnlySpan<T>(logs, rows).CopyTo(new Span<T>(destination, rows));
        for (; repairs != 0; repairs &= repairs - 1)
        {
            int r = BitOperations.TrailingZeroCount(repairs);
            T* row = x + ((long)r * classCount);
            destination[r] = isSmall ? SmallRows.Extreme(row, classCount) : T.CreateTruncating(SoftmaxRow<V, T>.ShiftedLogSumExp(row, classCount));
        }

        Scratch.Check(e, isSmall ? SmallRows.BufferLength<T>(classCount) : 1);
        Scratch.Check(logs, SmallRows.BlockRows);
        Scratch.Check(buffer, RowTerms<V, T>.BufferLength);
    }

    private readonly struct SoftmaxBody<T>(T* x, T* probabilities, int classCount, int threads) : IRowsBody<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run<V>(int first, int end)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            bool isSmall = classCount <= SmallRows.MaxClasses<T>();
            T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? SmallRows.TableLength<T>(classCount) : 1)]);
            if (isSmall) SmallRows<V, T>.FillRowTable(rowTable, classCount, end - first);
            bool isByColumns = SoftmaxColumns.Takes<T>(classCount);
            int blockRows = isSmall ? SmallRows.BlockRows
                : isByColumns ? SoftmaxColumns.BlockRows<T>(classCount)
                : Math.Clamp(4096 / classCount, 1, SmallRows.BlockRows);
            for (nint r = first; r < end; r += blockRows)
            {
                nint at = r * classCount;
                int rows = (int)Math.Min(blockRows, end - r);
                if (isSmall) SmallBlock<V, T>(x + at, classCount, rows, probabilities + at, rowTable);
                else if (isByColumns) SoftmaxColumns.Run<T, SoftmaxColumns.Probability>(x + at, classCount, rows, probabilities + at);
                else if (blockRows == 1) SoftmaxRow<V, T>.Softmax(x + at, probabilities + at, classCount, threads);
                else LargeBlock<V, T>(x + at, classCount, rows, probabilities + at);
            }

            Scratch.Check(rowTable, isSmall ? SmallRows.TableLength<T>(classCount) : 1);
        }
    }

    [SkipLocalsInit]
    private static void SmallBlock<V, T>(T* x, int classCount, int rows, T* probabilities, T* rowTable)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* e = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<V, T>.BufferLength)]);
        RowTerms<V, T> terms = new(buffer, null);
        bool isFinished = false;
        if (!SmallRows<V, T>.TryRedoFar(x, e, classCount, rows, 0, null, terms))
        {
            SmallRows<V, T>.Exp(x, e, rows * classCount);
            SmallRows<V, T>.Sum(e, classCount, rows, terms.Others);
            ulong redone = Reciprocals<V, T>(terms.Others, terms.Factor, terms.Least, rows);
            if (redone != 0) SmallRows<V, T>.Redo(x, e, classCount, rows, redone, null, terms);
            isFinished = redone == 0;
        }

        if (!isFinished) Reciprocals<V, T>(terms.Others, terms.Factor, terms.Least, rows);

        SmallRows<V, T>.Scale(e, probabilities, classCount, rows, terms.Factor, terms.Least, rowTable);
        Scratch.Check(e, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(buffer, RowTerms<V, T>.BufferLength);
    }

    /// <summary>Rows that fit the stack together.</summary>
    [SkipLocalsInit]
    private static void LargeBlock<V, T>(T* x, int classCount, int rows, T* probabilities)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* local = Scratch.Take(stackalloc T[Scratch.Room<T>(x == probabilities ? rows * classCount : 1)]);
        T* e = x == probabilities ? local : probabilities;
        T* sums = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        T* powers = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        ExpSum<V, T>.ScaledRows<Yes>(x, e, classCount, rows, null, sums, powers);
        for (int r = 0; r < rows; r++)
        {
            double sum = double.CreateTruncating(sums[r]);
            long at = (long)r * classCount;
            if (ExpSum.IsExact<T>(sum)) ScaleExp<V, T>.Reload(e + at, probabilities + at, classCount, 1 / sum);
            else SoftmaxRow<V, T>.ShiftedSoftmax(x + at, probabilities + at, classCount);
        }

        Scratch.Check(local, x == probabilities ? rows * classCount : 1);
        Scratch.Check(sums, SmallRows.BlockRows);
        Scratch.Check(powers, SmallRows.BlockRows);
    }

    /// <summary>
    /// factors[r] = 1 / sums[r], leasts[r] the exponential below which the product is subnormal; returns a bit for each row whose sum
    /// is not exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Reciprocals<V, T>(T* sums, T* factors, T* leasts, int rows)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong exact = 0;
        for (nint r = 0; r < rows; r += V.Count)
        {
            V sum = V.Load(sums + r);
            exact |= V.Bits((sum >= 1) & (sum <= ExpSum.Limit<T>())) << (int)r;
            V.Store(ScaleExp<V, T>.Least(sum), leasts + r);
            V.Store(1 / sum, factors + r);
        }

        return ~exact & (ulong.MaxValue >> (SmallRows.BlockRows - rows));
    }
}
