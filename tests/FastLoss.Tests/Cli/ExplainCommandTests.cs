using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastLoss.Cli.Data;
using FastLoss.Cli.Explaining;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

public partial class ExplainCommandTests
{
    [Theory]
    [InlineData("accuracy", 6)]
    [InlineData("differentiation", 2)]
    [InlineData("overfitting", 2)]
    public void Prints_a_table_and_writes_a_page_with_plots(string what, int plots)
    {
        using var scratch = new Scratch();
        string[] data = what == "differentiation" ? [] : ["--data", "digits8x8"];
        CliRun run = CliRun.Of(["explain", what, .. data, "--output", scratch.Report]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.All(run.Figures, line => Assert.InRange(line.Length, 1, 80));
        Assert.Equal(["report.html"], scratch.Files);
        string page = File.ReadAllText(scratch.Report);
        XElement[] drawn = [.. Plot().Matches(page).Select(m => XElement.Parse(m.Value))];
        Assert.Equal(plots, drawn.Length);
        Assert.Equal(plots, drawn.Select(p => p.Attribute("aria-label")!.Value).Distinct().Count());
        string[] names = [.. Identifier().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.Equal(names.Distinct(), names);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Equal(2, Paragraph().Count(page));

        // The same figures again, and no page when none is wanted.
        File.Delete(scratch.Report);
        CliRun again = CliRun.Of(["explain", what, .. data, "--no-report"]);
        Assert.Equal(run.Figures, again.Figures);
        Assert.Empty(scratch.Files);
    }

    /// <summary>What the sentence says is counted here from the walk itself.</summary>
    [Fact]
    public void The_loss_is_smooth_and_the_accuracy_a_staircase()
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        Explanation explanation = AccuracyStaircase.Of(data, 1);
        double[] losses = Values(0), accuracies = Values(1), near = Values(3);
        Assert.Equal((1001, 1001, 401), (losses.Length, accuracies.Length, near.Length));
        int flat = Enumerable.Range(1, 1000).Count(i => accuracies[i] == accuracies[i - 1]);
        Assert.InRange(flat, 700, 999);
        Assert.All(accuracies, a => Assert.Equal(0, (a * data.Test.Count) - Math.Round(a * data.Test.Count), 1e-9));
        Assert.Contains($"accuracy takes only {accuracies.Distinct().Count()} of the 360 values that 359 images allow: it stays the same in {flat} steps", explanation.Sentences[0], StringComparison.Ordinal);
        Assert.True(near.Distinct().Count() >= 2);

        // Second differences of the loss: no corner in it.
        for (int i = 1; i < 1000; i++) Assert.InRange(losses[i + 1] - (2 * losses[i]) + losses[i - 1], -1e-6, 1e-3);

        double[] Values(int plot) => [.. explanation.Plots[plot].Lines[0].Points.Select(p => p.Y)];
    }

    [Fact]
    public void Walking_leaves_the_network_as_it_was()
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        var network = new Network<float>(new(64, 5, 10));
        network.Initialize(3);
        float[] before = network.Parameters.ToArray();
        WeightWalk walk = WeightWalk.Of(network, data.Test, 7, -1, 1, 5);
        Assert.Equal([-1, -0.5, 0, 0.5, 1], walk.Weights);
        Assert.Equal(before, network.Parameters.ToArray());
        network.Parameters[7] = 0.5f;
        Assert.Equal(Score.Of(network, data.Test).Loss.Mean, walk.Losses[3]);
    }

    /// <summary>Theory: above the best step the order of the formula, below it rounding over h; the best errors of about eps^(1/2) and eps^(2/3).</summary>
    [Fact]
    public void The_error_of_a_difference_has_its_valley()
    {
        string[][] rows = [.. DifferenceErrors.Of().Table.Rows.Select(r => r.ToArray())];
        (double Epsilon, int Order)[] expected = [(1.2e-7, 1), (1.2e-7, 2), (2.2e-16, 1), (2.2e-16, 2)];
        for (int i = 0; i < rows.Length; i++)
        {
            (double epsilon, int order) = expected[i];
            double best = Math.Pow(epsilon, order / (order + 1.0));
            Assert.InRange(Number(rows[i][2]), best / 10, best * 10);
            Assert.InRange(Number(rows[i][1]), Math.Pow(epsilon, 1 / (order + 1.0)) / 10, Math.Pow(epsilon, 1 / (order + 1.0)) * 10);
            Assert.InRange(Number(rows[i][4]), Number(rows[i][2]), 4 * Number(rows[i][2]));
            Assert.Equal(order, Number(rows[i][6]), 0.1);
            Assert.Equal(-1, Number(rows[i][7]), 0.15);
        }

        // The documented choice: 2^round(log2(eps^(1/2))) and eps^(1/3), for |x| below 1.
        Assert.Equal(["2.4e-4", "3.9e-3", "1.5e-8", "7.6e-6"], rows.Select(r => r[3]));
    }

    [Fact]
    public void More_images_narrow_the_gap()
    {
        Assert.Equal([10, 20, 50, 100, 200, 500, 1000], TrainingSizes.Sizes(1000));
        Assert.Equal([10, 11], TrainingSizes.Sizes(11));
        Assert.Equal([10], TrainingSizes.Sizes(10));
        string[][] rows = [.. TrainingSizes.Of(DataSets.Load("digits8x8", 1), 1).Table.Rows.Select(r => r.ToArray())];
        Assert.Equal(["10", "20", "50", "100", "200", "500", "1000", "1438"], rows.Select(r => r[0]));
        Assert.All(rows, r => Assert.Equal(Number(r[3]) - Number(r[4]), Number(r[5]), 1.01e-4));
        Assert.InRange(Number(rows[^1][5]), 0, Number(rows[0][5]) / 3);
        Assert.InRange(Number(rows[^1][4]), 0.9, 1);
    }

    [Theory]
    [InlineData("training images; a curve by their number needs more than 10", "overfitting", "--data", "{set}", "--no-report")]
    [InlineData("--no-report and --output x exclude each other", "accuracy", "--no-report", "--output", "x")]
    [InlineData("--data nowhere: neither", "accuracy", "--data", "nowhere", "--no-report")]
    [InlineData("there is no directory", "differentiation", "--output", "{set}/no/file")]
    [InlineData("--seed is x; it must be", "overfitting", "--seed", "x")]
    [InlineData("`fastloss explain` needs one of accuracy, differentiation, overfitting")]
    public void Refusals(string complaint, params string[] args)
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        CliRun run = CliRun.Of(["explain", .. args.Select(a => a.Replace("{set}", scratch.Root, StringComparison.Ordinal))]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(complaint, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(4, scratch.Files.Length);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Plot();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Identifier();

    [GeneratedRegex("<p>[^<]{80,}</p>")]
    private static partial Regex Paragraph();
}
