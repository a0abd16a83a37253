using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Softmax, log-softmax and log-sum-exp of every row of a batch.</summary>
internal static unsafe class SoftmaxRows
{
    public static void Softmax<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> probabilities, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* p = probabilities) RowsOrChunks(new SoftmaxBody<T>(x, p, classCount, threads), logits.Length, classCount, threads);
    }

    public static void LogSoftmax<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> logProbabilities, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* p = logProbabilities) RowsOrChunks(new LogSoftmaxBody<T>(x, p, classCount, threads), logits.Length, classCount, threads);
    }

    public static void LogSumExp<T>(
        ReadOnlySpan<T> logits, int classCount, Span<T> destination, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* d = destination) RowsOrChunks(new LogSumExpBody<T>(x, d, classCount, threads), logits.Length, classCount, threads);
    }

    /// <summary>
    /// Rows in ranges to the threads; but rows so long that one alone is worth threads come one after the other, and their chunks
    /// go to the threads.
    /// </summary>
    private static void RowsOrChunks<TBody>(TBody body, long length, int classCount, int threads)
        where TBody : struct, IRowsBody
    {
        int rows = (int)(length / classCount);
        if (Chunks.IsParallel(length, threads) && !Chunks.IsParallel(classCount, threads))
        {
            int range = Chunks.TaskRows(classCount, SmallRows.BlockRows);
            Chunks.For(Chunks.Count(rows, range), length, threads, new RangeBody<TBody>(body, rows, range));
        }
        else
        {
            body.Run(0, rows);
        }
    }

    private interface IRowsBody
    {
        void Run(int first, int end);
    }

    private readonly struct RangeBody<TBody>(TBody body, int rows, int range) : IChunkBody
        where TBody : struct, IRowsBody
    {
        public void Run(int chunk) => body.Run(chunk * range, (int)Math.Min(rows, (chunk + 1L) * range));
    }

    private readonly struct LogSoftmaxBody<T>(T* x, T* destination, int classCount, int threads) : IRowsBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run(int first, int end)
        {
            bool isSmall = classCount <= SmallRows.MaxClasses<T>();
            T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? classCount * Vector512<T>.Count : 1)]);
            if (isSmall) SmallRows.FillRowTable(rowTable, classCount, end - first);
            bool isByColumns = !isSmall && classCount <= ClassObjective<T>.MostColumns;
            int blockRows = isSmall ? SmallRows.BlockRows : isByColumns ? SoftmaxColumns.BlockRows<T>(classCount) : 1;
            for (nint r = first; r < end; r += blockRows)
            {
                nint at = r * classCount;
                int rows = (int)Math.Min(blockRows, end - r);
                if (isSmall) SmallLogSoftmax(x + at, classCount, rows, destination + at, rowTable);
                else if (isByColumns) SoftmaxColumns.Run<T, SoftmaxColumns.LogProbability>(x + at, classCount, rows, destination + at);
                else SoftmaxRow.LogSoftmax(x + at, destination + at, classCount, threads);
            }

            Scratch.Check(rowTable, isSmall ? classCount * Vector512<T>.Count : 1);
        }
    }

    /// <summary>
    /// The largest element's log-probability is minus the cross-entropy with it as the label, the others' follow from it: see
    /// <see cref="SoftmaxRow.LogSoftmax"/>.
    /// </summary>
    [SkipLocalsInit]
    private static void SmallLogSoftmax<T>(T* x, int classCount, int rows, T* destination, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* e = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* losses = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<T>.BufferLength)]);
        int* largest = Scratch.Take(stackalloc int[Scratch.Room<int>(SmallRows.BlockRows)]);
        RowTerms<T> terms = new(buffer, losses);
        FinishWithLargest(x, e, classCount, rows, largest, terms);
        SmallRows.Pick(x, classCount, rows, largest, terms.Target);
        SmallRows.SubtractTwice(x, destination, classCount, rows, terms.Target, losses, rowTable);
        Scratch.Check(e, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(losses, SmallRows.BlockRows);
        Scratch.Check(buffer, RowTerms<T>.BufferLength);
        Scratch.Check(largest, SmallRows.BlockRows);
    }

    /// <summary>The terms of a block of small rows with the largest logit as the label.</summary>
    private static void FinishWithLargest<T>(T* x, T* e, int classCount, int rows, int* largest, in RowTerms<T> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong redone = ulong.MaxValue >> (SmallRows.BlockRows - rows);
        bool isRedone = TryRedoFar(x, e, classCount, rows, largest, terms);
        if (!isRedone)
        {
            SmallRows.Exp(x, e, rows * classCount);
            SmallRows.Largest(e, classCount, rows, largest);
            SmallRows.Pick(e, classCount, rows, largest, terms.Target);
            SmallRows.Sum<T, Yes>(e, classCount, rows, largest, terms.Others);
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

        if (!isRedone) SmallRows.Redo(x, e, classCount, rows, redone, largest, terms);
        terms.FinishRedone<No>(rows, 1, redone, ref reduced);
    }

    /// <summary><see cref="SmallRows.TryRedoFar"/> with the largest of each row as its label.</summary>
    private static bool TryRedoFar<T>(T* x, T* e, int classCount, int rows, int* largest, in RowTerms<T> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!SmallRows.StartsFar(x, classCount)) return false;
        new ReadOnlySpan<T>(x, rows * classCount).CopyTo(new Span<T>(e, rows * classCount)); // which has room for whole vectors
        SmallRows.Largest(e, classCount, rows, largest);
        return SmallRows.TryRedoFar(x, e, classCount, rows, 0, largest, terms);
    }

    private readonly struct LogSumExpBody<T>(T* x, T* destination, int classCount, int threads) : IRowsBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int first, int end)
        {
            bool isByColumns = SoftmaxColumns.Takes<T>(classCount);
            int blockRows = isByColumns ? SoftmaxColumns.BlockRows<T>(classCount) : classCount <= ExpSum.ChunkLength ? SmallRows.BlockRows : 1;
            for (nint r = first; r < end; r += blockRows)
            {
                T* row = x + (r * classCount);
                if (isByColumns) SoftmaxColumns.LogSumExp(row, classCount, (int)Math.Min(blockRows, end - r), destination + r);
                else if (blockRows == 1) destination[r] = T.CreateTruncating(SoftmaxRow.LogSumExp(row, classCount, threads));
                else LogSumExpBlock(row, classCount, (int)Math.Min(blockRows, end - r), destination + r);
            }
        }
    }

    [SkipLocalsInit]
    private static void LogSumExpBlock<T>(T* x, int classCount, int rows, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isSmall = classCount <= SmallRows.MaxClasses<T>();
        T* e = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? SmallRows.BufferLength<T>(classCount) : 1)]);
        T* logs = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<T>.BufferLength)]);
        RowTerms<T> terms = new(buffer, logs);
        ulong all = ulong.MaxValue >> (SmallRows.BlockRows - rows);
        bool isRedone = isSmall && SmallRows.TryRedoFar(x, e, classCount, rows, 0, null, terms);
        if (isSmall && !isRedone)
        {
            SmallRows.Exp(x, e, rows * classCount);
            SmallRows.Sum<T, No>(e, classCount, rows, null, terms.Others);
            new Span<T>(terms.Power, SmallRows.BlockRows).Clear();
        }
        else if (!isSmall)
        {
            ExpSum.ScaledRows<T, No>(x, null, classCount, rows, null, terms.Others, terms.Power);
        }

        ulong repairs = isRedone ? all : terms.Logs(rows);
        if (isSmall && repairs != 0)
        {
            if (!isRedone) SmallRows.Redo(x, e, classCount, rows, repairs, null, terms);
            repairs = terms.Logs(rows);
            TensorPrimitives.Add(new ReadOnlySpan<T>(logs, rows), new ReadOnlySpan<T>(terms.Offset, rows), new Span<T>(logs, rows));
        }

        new ReadOnlySpan<T>(logs, rows).CopyTo(new Span<T>(destination, rows));
        for (; repairs != 0; repairs &= repairs - 1)
        {
            int r = BitOperations.TrailingZeroCount(repairs);
            T* row = x + ((long)r * classCount);
            destination[r] = isSmall ? SmallRows.Extreme(row, classCount) : T.CreateTruncating(SoftmaxRow.ShiftedLogSumExp(row, classCount));
        }

        Scratch.Check(e, isSmall ? SmallRows.BufferLength<T>(classCount) : 1);
        Scratch.Check(logs, SmallRows.BlockRows);
        Scratch.Check(buffer, RowTerms<T>.BufferLength);
    }

    private readonly struct SoftmaxBody<T>(T* x, T* probabilities, int classCount, int threads) : IRowsBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run(int first, int end)
        {
            bool isSmall = classCount <= SmallRows.MaxClasses<T>();
            T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? classCount * Vector512<T>.Count : 1)]);
            if (isSmall) SmallRows.FillRowTable(rowTable, classCount, end - first);
            bool isByColumns = SoftmaxColumns.Takes<T>(classCount);
            int blockRows = isSmall ? SmallRows.BlockRows
                : isByColumns ? SoftmaxColumns.BlockRows<T>(classCount)
                : Math.Clamp(4096 / classCount, 1, SmallRows.BlockRows);
            for (nint r = first; r < end; r += blockRows)
            {
                nint at = r * classCount;
                int rows = (int)Math.Min(blockRows, end - r);
                if (isSmall) SmallBlock(x + at, classCount, rows, probabilities + at, rowTable);
                else if (isByColumns) SoftmaxColumns.Run<T, SoftmaxColumns.Probability>(x + at, classCount, rows, probabilities + at);
                else if (blockRows == 1) SoftmaxRow.Softmax(x + at, probabilities + at, classCount, threads);
                else LargeBlock(x + at, classCount, rows, probabilities + at);
            }

            Scratch.Check(rowTable, isSmall ? classCount * Vector512<T>.Count : 1);
        }
    }

    [SkipLocalsInit]
    private static void SmallBlock<T>(T* x, int classCount, int rows, T* probabilities, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* e = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<T>.BufferLength)]);
        RowTerms<T> terms = new(buffer, null);
        bool isFinished = false;
        if (!SmallRows.TryRedoFar(x, e, classCount, rows, 0, null, terms))
        {
            SmallRows.Exp(x, e, rows * classCount);
            SmallRows.Sum<T, No>(e, classCount, rows, null, terms.Others);
            ulong redone = Reciprocals(terms.Others, terms.Factor, terms.Least, rows);
            if (redone != 0) SmallRows.Redo(x, e, classCount, rows, redone, null, terms);
            isFinished = redone == 0;
        }

        if (!isFinished) Reciprocals(terms.Others, terms.Factor, terms.Least, rows);

        SmallRows.Scale(e, probabilities, classCount, rows, terms.Factor, terms.Least, rowTable);
        Scratch.Check(e, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(buffer, RowTerms<T>.BufferLength);
    }

    /// <summary>Rows that fit the stack together.</summary>
    [SkipLocalsInit]
    private static void LargeBlock<T>(T* x, int classCount, int rows, T* probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* local = Scratch.Take(stackalloc T[Scratch.Room<T>(x == probabilities ? rows * classCount : 1)]);
        T* e = x == probabilities ? local : probabilities;
        T* sums = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        T* powers = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        ExpSum.ScaledRows<T, Yes>(x, e, classCount, rows, null, sums, powers);
        for (int r = 0; r < rows; r++)
        {
            double sum = double.CreateTruncating(sums[r]);
            long at = (long)r * classCount;
            if (ExpSum.IsExact<T>(sum)) ScaleExp.Reload(e + at, probabilities + at, classCount, 1 / sum);
            else SoftmaxRow.ShiftedSoftmax(x + at, probabilities + at, classCount);
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
    private static ulong Reciprocals<T>(T* sums, T* factors, T* leasts, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>());
        ulong exact = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> sum = Vector512.Load(sums + r);
            Vector512<T> isExact = Vector512.GreaterThanOrEqual(sum, Vector512<T>.One) & Vector512.LessThanOrEqual(sum, limit);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << (int)r;
            ScaleExp.Least(sum).Store(leasts + r);
            (Vector512<T>.One / sum).Store(factors + r);
        }

        return ~exact & (ulong.MaxValue >> (SmallRows.BlockRows - rows));
    }
}
