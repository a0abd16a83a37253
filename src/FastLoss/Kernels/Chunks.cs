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
    /// <summary>Starting threads costs about 10 us, which 256K elements of a loss take on one.</summary>
    public const long SerialLength = 1 << 18;

    public static int Count(long length, int chunkLength) => (int)((length + chunkLength - 1) / chunkLength);

    public static bool IsParallel(long elements, ParallelOptions? parallel) =>
        parallel != null && elements >= SerialLength && parallel.MaxDegreeOfParallelism != 1;

    public static void For<TBody>(int count, long elements, ParallelOptions? parallel, TBody body)
        where TBody : struct, IChunkBody
    {
        if (count < 2 || !IsParallel(elements, parallel))
        {
            for (int i = 0; i < count; i++) body.Run(i);
            return;
        }

        Parallel.For(0, count, parallel!, i => body.Run(i));
    }
}
