using System.Diagnostics.CodeAnalysis;

namespace FastLoss.Kernels;

/// <summary>What is done with one chunk of a larger piece of work; a struct of pointers and lengths.</summary>
internal interface IChunkBody
{
    void Run(int chunk);
}

/// <summary>
/// Runs chunks on threads when the caller asks for it and there is enough to do. Chunks do not depend on the number of threads, and
/// what they sum is added in their order afterwards, so neither do the results.
/// </summary>
internal static class Chunks
{
    /// <summary>Below this threads cost more than they save: waking one takes about as long as 32K elements of a loss.</summary>
    public const long SerialLength = 1 << 18;

    public static int Count(long length, int chunkLength) => (int)((length + chunkLength - 1) / chunkLength);

    public static bool IsParallel(long elements, [NotNullWhen(true)] ParallelOptions? parallel) =>
        parallel != null && elements >= SerialLength && parallel.MaxDegreeOfParallelism != 1;

    public static void For<TBody>(int count, long elements, ParallelOptions? parallel, TBody body)
        where TBody : struct, IChunkBody
    {
        if (count < 2 || !IsParallel(elements, parallel))
        {
            for (int i = 0; i < count; i++) body.Run(i);
            return;
        }

        // A scheduler of the caller's own is heeded by Parallel alone. Without one, 200 us of work on two threads take 110 us
        // this way and 160 by Parallel.For, which waits for workers that have not begun.
        if (parallel.TaskScheduler is { } scheduler && scheduler != TaskScheduler.Default)
        {
            Parallel.For(0, count, parallel, i => body.Run(i));
            return;
        }

        SharedWork<TBody> work = new(body, count, parallel.CancellationToken);
        int threads = Math.Min(count, parallel.MaxDegreeOfParallelism > 0 ? parallel.MaxDegreeOfParallelism : Environment.ProcessorCount);
        for (int i = 1; i < threads; i++) ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        work.Execute();
        work.Wait();
    }

    /// <summary>
    /// Chunks taken by whoever is free, the caller among them: it never waits for a thread that has taken none, and one that
    /// comes late finds none left and touches nothing.
    /// </summary>
    private sealed class SharedWork<TBody>(TBody body, int count, CancellationToken cancellation) : IThreadPoolWorkItem
        where TBody : struct, IChunkBody
    {
        private int _taken;
        private int _done;

        public void Execute()
        {
            int done = 0;
            for (int i = Interlocked.Increment(ref _taken) - 1; i < count; i = Interlocked.Increment(ref _taken) - 1)
            {
                if (!cancellation.IsCancellationRequested) body.Run(i);
                done++;
            }

            if (done > 0) Interlocked.Add(ref _done, done);
        }

        /// <summary>Until all chunks are done; what is waited for is at most a chunk of each other thread, some microseconds.</summary>
        public void Wait()
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _done) < count) spin.SpinOnce(sleep1Threshold: -1);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
