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
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.StartsWith("routine", lines[0], StringComparison.Ordinal);
        int end = Array.FindIndex(lines, line => line.StartsWith("apart: ", StringComparison.Ordinal));
        string[] rows = [.. lines[1..end].Where(line => !line.StartsWith(' '))]; // the others go on with a long name
        Assert.Equal(GradientCases.All.Count, rows.Length);
        Assert.All(rows, line => Assert.EndsWith("  pass", line, StringComparison.Ordinal));

        // At kinks too what passes is within what is allowed.
        double[][] figures = [.. rows.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^4..^1].Select(Number).ToArray())];
        Assert.All(figures, f => Assert.InRange(f[1], 0, f[2]));
        Assert.Contains(figures, f => f[0] > 0);
        Assert.Contains(lines, line => line.StartsWith("kinks: elements where the slopes on the two sides differ", StringComparison.Ordinal));
        Assert.Equal($"all {GradientCases.All.Count} gradients agree with numerical derivatives", lines[^1]);
        Assert.Equal(run.Output, CliRun.Of("check").Output);
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

    [Fact]
    public void An_element_at_a_kink_shows_its_slopes_and_passes_between_them()
    {
        CliRun run = CliRun.Of("check", "--routine", "AbsoluteError");
        Assert.Equal(0, run.Code);
        Assert.All(run.Figures, line => Assert.InRange(line.Length, 1, 80));
        Assert.Contains("      0               0       -0.041667 | 0.041667        0", run.Output, StringComparison.Ordinal);
        Assert.Contains("  at kink", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("60")]
    [InlineData("80")]
    [InlineData("132")]
    [InlineData("7")] // narrower than any table: 60
    public void The_table_takes_the_width_there_is(string columns)
    {
        CliRun run = CliRun.OfProcess("COLUMNS", columns, "check", "--routine", "BinaryCrossEntropy");
        Assert.Equal((0, ""), (run.Code, run.Error));
        string[] table = [.. run.Figures.Where(line => !line.StartsWith("  ", StringComparison.Ordinal) && line.Contains("Entropy", StringComparison.Ordinal))];
        Assert.Equal(8, table.Length);
        if (columns != "132") Assert.All(run.Figures.Where(IsOfTable), line => Assert.InRange(line.Length, 1, Math.Max(60, int.Parse(columns))));
        Assert.Equal(columns == "132", run.Figures.Any(line => line.EndsWith("evaluations  verdict", StringComparison.Ordinal)));
        Assert.Equal(columns == "132", run.Output.Contains("BinaryCrossEntropyFromLogits, weight 3, smoothing 0.1 ", StringComparison.Ordinal));
        Assert.Equal(8, run.Figures.Count(line => line.EndsWith("  pass", StringComparison.Ordinal) && line.Contains("24     0", StringComparison.Ordinal)));
        Assert.Contains("smoothing 0.1", run.Output, StringComparison.Ordinal);

        // An element's figures need 80.
        static bool IsOfTable(string line) => !char.IsAsciiDigit(line.TrimStart()[0]) && !line.StartsWith("element", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GradientVerdict.Pass, 1.5, 0.5)]
    [InlineData(GradientVerdict.KinkSubgradientOk, 1.5, 0)]
    [InlineData(GradientVerdict.KinkFail, 2.5, 0.5)]
    [InlineData(GradientVerdict.KinkFail, -1.25, 0.25)]
    public void What_is_compared_at_a_kink_is_the_range_of_its_slopes(GradientVerdict verdict, double analytic, double apart)
    {
        GradientCheckElement element = new(0, analytic, verdict == GradientVerdict.Pass ? 1 : 0.5, 0, 0.1, 2, -1, verdict);
        Assert.Equal(apart, Compared.Apart(element));
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
