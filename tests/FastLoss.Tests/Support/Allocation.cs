namespace FastLoss.Tests.Support;

internal static class Allocation
{
    /// <summary>
    /// Bytes the calling thread allocates in a call once everything is compiled: the least of several, because the runtime itself
    /// allocates now and then when it replaces a method's code.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        action();
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
