using System.Runtime.CompilerServices;

namespace FastLoss.Tests.Readme;

public class LossTableTests
{
    /// <summary>A loss is a struct that is an element-wise loss, or a class with a call that returns a tally.</summary>
    [Fact]
    public void EveryPublicLossHasARow()
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../README.md"));
        string[] losses = [.. typeof(Loss).Assembly.GetExportedTypes()
            .Where(t => t.GetInterfaces().Any(i => i.Name == "IElementwiseLoss`1")
                || (t != typeof(Loss) && t.IsAbstract && t.IsSealed && t.GetMethods().Any(m => m.ReturnType == typeof(LossTally))))
            .Select(t => t.Name.Split('`')[0]).Distinct()];
        Assert.True(losses.Length > 20);
        foreach (string loss in losses)
        {
            Assert.True(readme.Contains($"\n| `{loss}`", StringComparison.Ordinal), $"README's table of losses misses {loss}");
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
