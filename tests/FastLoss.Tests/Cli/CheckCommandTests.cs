using FastLoss.Cli.Checking;

namespace FastLoss.Tests.Cli;

public class CheckCommandTests
{
    [Fact]
    public void Every_gradient_of_the_library_passes()
    {
        CliRun run = CliRun.Of("check");

        Assert.Equal((0, ""), (run.Code, run.Error));
        string[] lines = run.Figures;
        Assert.Equal(GradientCases.All.Count + 2, lines.Length);
        Assert.StartsWith("routine", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..^1], line => Assert.EndsWith("  pass", line, StringComparison.Ordinal));
        Assert.Equal($"all {GradientCases.All.Count} gradients agree with numerical derivatives", lines[^1]);
        Assert.Equal(run.Output, CliRun.Of("check").Output);
    }

    /// <summary>What the library has and the list has not: a new loss must be added there.</summary>
    [Fact]
    public void No_element_wise_loss_is_missing()
    {
        string[] losses = [.. typeof(Loss).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IElementwiseLoss<>)))
            .Select(type => type.Name.Split('`')[0])];
        Assert.NotEmpty(losses);
        foreach (string element in (string[])["float", "double"])
        {
            string[] missing = [.. losses.Except(GradientCases.All.Where(c => c.Element == element).Select(c => c.Name.Split(',')[0]))];
            Assert.Equal([], missing);
        }
    }

    [Fact]
    public void A_routine_by_name_shows_each_of_its_elements()
    {
        CliRun run = CliRun.Of("check", "--routine", "softmaxcross");
        Assert.Equal(0, run.Code);
        Assert.Contains("SoftmaxCrossEntropy 16x10", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Sigmoid", run.Output, StringComparison.Ordinal);
        Assert.Contains("Gradient check passed: 160 elements, 160 Pass", run.Output, StringComparison.Ordinal);

        run = CliRun.Of("check", "--routine", "no such loss");
        Assert.Equal(2, run.Code);
        Assert.Contains("no such loss", run.Error, StringComparison.Ordinal);
        Assert.Contains("SoftmaxCrossEntropy", run.Error, StringComparison.Ordinal);
    }
}
