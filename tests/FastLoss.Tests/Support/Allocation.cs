namespace FastLoss.Tests.Support;

internal static class Allocation
{
    /// <summary>Bytes the calling thread allocates in a call, after a first one has compiled and warmed everything.</summary>
    public static long Of(Action action)
    {
        action();
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
