namespace FastLoss.Tests;

/// <summary>Asserts that an action, once compiled, allocates nothing.</summary>
internal static class DifferentiationAllocation
{
    public static void AssertNone(Action action)
    {
        action();
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
