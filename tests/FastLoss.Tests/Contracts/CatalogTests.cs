namespace FastLoss.Tests.Contracts;

/// <summary>The catalogue has every public routine: a new one fails here until it has an entry.</summary>
public class CatalogTests
{
    private static readonly Type[] Exported = typeof(Loss).Assembly.GetExportedTypes();

    [Fact]
    public void EveryElementwiseLossHasAnEntry()
    {
        Type[] losses = [.. Exported.Where(t => t.IsValueType && t.IsAssignableTo(typeof(IElementwiseLoss)))];
        Assert.True(losses.Length >= 28);
        Same(losses, ElementwiseCase.All.Select(c => c.Loss));
    }

    /// <summary>An activation of elements is a class with a function of a span and its backward pass of as many.</summary>
    [Fact]
    public void EveryActivationHasAnEntry()
    {
        Type[] activations = [.. Exported.Where(t => t.IsAbstract && t.IsSealed && Has(t, "Backward", ["x", "outputGradient", "gradient"]))];
        Assert.True(activations.Length >= 8);
        Assert.All(activations, t => Assert.True(Has(t, "Compute", ["x", "destination"]), t.Name));
        Same(activations, ActivationCase.All.Select(c => c.Type));
    }

    [Fact]
    public void NamesAreDistinctAndOneCaseOfEachLossIsDigested()
    {
        Assert.Equal(ElementwiseCase.All.Count, ElementwiseCase.All.Select(c => c.Name).Distinct().Count());
        Assert.All(ElementwiseCase.All.GroupBy(c => c.LossName), g => Assert.Single(g, c => c.IsDigested));
        Assert.All(ElementwiseCase.All.GroupBy(c => c.LossName), g => Assert.Contains(g, c => c.IsShown));
    }

    private static bool Has(Type type, string method, string[] parameters) => type.GetMethods()
        .Any(m => m.Name == method && m.GetParameters().Select(p => p.Name).SequenceEqual(parameters));

    private static void Same(IEnumerable<Type> library, IEnumerable<Type> catalog) => Assert.Equal(
        library.Select(t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal),
        catalog.Select(t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal));
}
