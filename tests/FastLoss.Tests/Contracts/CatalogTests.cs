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

    /// <summary>A loss of rows, or of elements with more inputs, is a struct that a verb of Loss takes by name or by its interface.</summary>
    [Fact]
    public void EveryLossOfRowsHasAnEntry()
    {
        Type[] named = [.. typeof(Loss).GetMethods().Where(m => m.Name == nameof(Loss.Evaluate)).Select(m => m.GetParameters()[0].ParameterType)];
        Type[] losses =
        [
            .. Exported.Where(t => t.IsValueType && (t.IsAssignableTo(typeof(ILabelLoss)) || t.IsAssignableTo(typeof(ITargetLoss)) || named.Any(n => n.Name == t.Name))),
        ];
        Assert.True(losses.Length >= 11);

        // Any loss of rows takes a linear classifier's scores; they have an entry of their own.
        Same([.. losses, typeof(LinearScores<>)], RowCase.All.Select(c => c.Type));
    }

    /// <summary>A function of rows is a class that computes them from half precision too; a metric is what takes rows and labels and is no loss.</summary>
    [Fact]
    public void EveryFunctionOfRowsAndEveryMetricHasAnEntry()
    {
        Type[] maps = [.. Exported.Where(t => Has(t, "Compute", "classCount") && !Has(t, "Evaluate", "classCount"))];
        Assert.True(maps.Length >= 3);
        Same(maps, RowMapCase.All.Select(c => c.Type));
        Type[] metrics =
        [
            .. Exported.Where(t => t != typeof(Loss) && t != typeof(FormulaRegisters) && !RowCase.All.Any(c => c.Type == t) && t.GetMethods().Any(m =>
                m.GetParameters().Any(p => p.Name is "labels" or "targets" or "relevance") && m.GetParameters().Any(p => p.Name is "scores" or "probabilities" or "predictions")
                && (m.IsStatic || m.Name.StartsWith("Add", StringComparison.Ordinal)))),
            .. Exported.Where(t => t.IsAbstract && t.IsSealed && t.GetMethods().Any(m => m.ReturnType == typeof(double) && m.GetParameters().Any(p => p.ParameterType == typeof(LossTally)))),
        ];
        Assert.True(metrics.Length >= 6);
        Same(metrics.Distinct(), MetricCase.All.Select(c => c.Type).Distinct());
        Assert.Equal(MetricCase.All.Count, MetricCase.All.Select(c => c.Name).Distinct().Count());
    }

    /// <summary>Against labels and against targets, where the loss is of both.</summary>
    [Fact]
    public void ALossOfBothHasBoth()
    {
        foreach (Type type in Exported.Where(t => t.IsAssignableTo(typeof(ILabelLoss)) && t.IsAssignableTo(typeof(ITargetLoss))))
            Assert.Equal([1, 2], RowCase.All.Where(c => c.Type == type).Select(c => c.Inputs).Distinct().Order());
    }

    [Fact]
    public void NamesAreDistinctAndOneCaseOfEachLossIsDigested()
    {
        Assert.Equal(ElementwiseCase.All.Count, ElementwiseCase.All.Select(c => c.Name).Distinct().Count());
        Assert.Equal(RowCase.All.Count, RowCase.All.Select(c => c.Name).Distinct().Count());
        Assert.All(ElementwiseCase.All.GroupBy(c => c.LossName), g => Assert.Single(g, c => c.IsDigested));
        Assert.All(ElementwiseCase.All.GroupBy(c => c.LossName), g => Assert.Contains(g, c => c.IsShown));
    }

    private static bool Has(Type type, string method, string parameter) =>
        type.IsAbstract && type.IsSealed && type.GetMethods().Any(m => m.Name == method && m.GetParameters().Any(p => p.Name == parameter));

    private static bool Has(Type type, string method, string[] parameters) => type.GetMethods()
        .Any(m => m.Name == method && m.GetParameters().Select(p => p.Name).SequenceEqual(parameters));

    private static void Same(IEnumerable<Type> library, IEnumerable<Type> catalog) => Assert.Equal(
        library.Select(t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal),
        catalog.Select(t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal));
}
