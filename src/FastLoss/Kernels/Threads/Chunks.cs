using System.Runtime.ExceptionServices;

namespace FastLoss.Kernels;

/// <summary>What is done with one chunk of a larger piece of work; a struct of pointers and lengths.</summary>
internal interface IChunkBody
{
    void Run(int chunk);
}

/// <summary>
/// Runs chunks on threads when the caller asks for it and there is enough to do. Chunks do not depend on the number of threads, and
/// what they sum is added in their order afterwards, so neither do the results. A number of threads is 0 or 1 for the caller's
/// alone, -1 for one a processor.
/// </summary>
internal static class Chunks
{
    /// <summary>Below this threads cost more than they save: waking one takes about as long as 32K elements of a loss.</summary>
    public const long SerialLength = 1 << 18;

    /// <summary>Elements of a task of whole rows, which is one row where a row has more.</summary>
    private const int TaskLength = 8192;

    public static int Count(long length, int chunkLength) => (int)((length + chunkLength - 1) / chunkLength);

    public static bool IsParallel(long elements, int threads) => threads is not (0 or 1) && elements >= SerialLength;

    /// <summary>
    /// The rows of a task: as many as <see cref="TaskLength"/> elements have, and a multiple of <paramref name="block"/> where that is more
    /// than one.
    /// </summary>
    public static int TaskRows(int classCount, int block)
    {
        int rows = Math.Max(1, TaskLength / classCount);
        return rows < block ? rows : rows / block * block;
    }

    /// <summary>Runs all chunks. What a body throws is thrown once no thread is in any: what they point to may then go.</summary>
    public static void For<TBody>(int count, long elements, int threads, TBody body)
        where TBody : struct, IChunkBody
    {
        if (count < 2 || !IsParallel(elements, threads))
        {
            for (int i = 0; i < count; i++) body.Run(i);
            return;
        }

        SharedWork<TBody> work = new(body, count);
        work.Start(Math.Min(count, threads < 0 ? Environment.ProcessorCount : threads) - 1);
        work.Execute();
        work.Wait();
    }

    /// <summary>
    /// Chunks taken by whoever is free, the caller among them: it never waits for a thread that has taken none, and one that
    /// comes late finds none left and touches nothing. 200 us of work on two threads take 110 us this way and 160 by Parallel.For,
    /// which waits for workers that have not begun.
    /// </summary>
    private sealed class SharedWork<TBody>(TBody body, int count) : IThreadPoolWorkItem
        where TBody : struct, IChunkBody
    {
        private Exception? _failure;
        private int _taken;
        private int _done;

        public void Start(int workers)
        {
            try
            {
                for (int i = 0; i < workers; i++) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            catch (Exception failure)
            {
                // Some may have begun: the caller's memory must stay until they end.
                Interlocked.CompareExchange(ref _failure, failure, null);
            }
        }

        /// <summary>Takes chunks until none is left, and passes over those after a failure.</summary>
        public void Execute()
        {
            int done = 0;
            for (int i = Take(); i < count; i = Take())
            {
                try
                {
                    if (Volatile.Read(ref _failure) == null) body.Run(i);
                }
                catch (Exception failure)
                {
                    Interlocked.CompareExchange(ref _failure, failure, null);
                }

                done++;
            }

            if (done > 0) Interlocked.Add(ref _done, done);
        }

        /// <summary>Until all chunks are done; what is waited for is at most a chunk of each other thread, some microseconds.</summary>
        public void Wait()
        {
            bool isInterrupted = false;
            SpinWait spin = default;
            while (Volatile.Read(ref _done) < count)
            {
                try
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }
                catch (ThreadInterruptedException)
                {
                    isInterrupted = true; // heeded at the caller's next wait: this one cannot end early
                }
            }

            if (isInterrupted) Thread.CurrentThread.Interrupt();
            if (_failure != null) ExceptionDispatchInfo.Throw(_failure);
        }

        /// <summary>The next chunk, or a number from the count on; it stays there, so that no late thread's step can pass the largest int.</summary>
        private int Take() => Volatile.Read(ref _taken) >= count ? count : Interlocked.Increment(ref _taken) - 1;
    }
}
