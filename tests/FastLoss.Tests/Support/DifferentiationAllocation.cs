using FastLoss.Tests.Support;

namespace FastLoss.Tests;

/// <summary>Asserts that an action, once compiled, allocates nothing.</summary>
internal static class DifferentiationAllocation
{
    public static void AssertNone(Action action) => Assert.Equal(0, Comparison.Allocated(action));
}
