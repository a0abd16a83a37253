using System.Buffers;

namespace FastLoss.Kernels;

/// <summary>Rows from one to another; their totals are added to what is there.</summary>
internal interface IRowsBody
{
    void Run(int first, int end, ref RowTally totals);
}

/// <summary>
/// Rows in ranges to the threads, as many as make a task by their elements; but rows so long that one alone is worth threads come one
/// after the other, and share each among them. Totals are exact, so the ranges do not matter.
/// </summary>
internal static unsafe class RowTasks
{
    public static void Run<TBody>(int rows, int classCount, int threads, in TBody body, ref RowTally totals)
        where TBody : struct, IRowsBody
    {
        long length = (long)rows * classCount;
        if (!Chunks.IsParallel(length, threads) || Chunks.IsParallel(classCount, threads)) body.Run(0, rows, ref totals);
        else InParallel(rows, classCount, threads, body, ref totals);
    }

    private static void InParallel<TBody>(int rows, int classCount, int threads, TBody body, ref RowTally totals)
        where TBody : struct, IRowsBody
    {
        int range = Chunks.TaskRows(classCount, SmallRows.BlockRows), count = Chunks.Count(rows, range);
        RowTally[] rented = ArrayPool<RowTally>.Shared.Rent(count);
        Array.Clear(rented, 0, count);
        fixed (RowTally* parts = rented)
        {
            Chunks.For(count, (long)rows * classCount, threads, new Range<TBody>(body, rows, range, parts));
            for (int i = 0; i < count; i++) totals.Add(parts[i]);
        }

        ArrayPool<RowTally>.Shared.Return(rented);
    }

    private readonly struct Range<TBody>(TBody body, int rows, int range, RowTally* parts) : IChunkBody
        where TBody : struct, IRowsBody
    {
        public void Run(int chunk) => body.Run(chunk * range, (int)Math.Min(rows, (chunk + 1L) * range), ref parts[chunk]);
    }
}
