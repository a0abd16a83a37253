using System.Globalization;
using FastLoss.Cli.Comparing;
using FastLoss.Cli.Data;

namespace FastLoss.Tests.Cli;

public class CompareFeaturesTests
{
    /// <summary>What OpenCV's features, its one-against-one machine with the best of three C by the test and its neighbours come to; of the pixels the machine is one image in a hundred below.</summary>
    [Fact]
    public void Hand_made_features_win_on_a_thousand_digits()
    {
        Trial[] trials = [.. FeatureComparison.Run(DataSets.Load("mnist-1k", 1), seed: 1, threads: 2)];
        (string, string, double)[] least =
        [
            ("HOG, 324", "SVM", .964), ("HOG, 324", "3 neighbours", .938), ("SIFT, 128", "SVM", .960), ("SIFT, 128", "3 neighbours", .918), ("SURF, 64", "SVM", .908), ("SURF, 64", "3 neighbours", .846),
            ("pixels, 784", "SVM", .860), ("pixels, 784", "3 neighbours", .822), ("learned from pixels", "network", .862),
        ];
        Assert.Equal(least.Length, trials.Length);
        foreach ((Trial trial, (string features, string classifier, double accuracy)) in trials.Zip(least))
        {
            Assert.Equal(features, trial.Features);
            Assert.StartsWith(classifier, trial.Classifier, StringComparison.Ordinal);
            Assert.InRange(trial.Accuracy.Value, accuracy, 1);
        }

        string sentence = Assert.Single(new ComparisonReport(DataSets.Load("mnist-1k", 1), trials, []).Sentences());
        Assert.Contains("HOG with SVM", sentence, StringComparison.Ordinal);
        Assert.Contains("chance does not explain that (p = ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_prints_accuracies_that_do_not_depend_on_the_clock_and_draws_them_by_size()
    {
        using var scratch = new Scratch();
        string[] args = ["compare-features", "--data", "digits8x8", "--train-sizes", "50,200,50", "--seed", "3"];
        CliRun run = CliRun.Of([.. args, "--output", scratch.Report]), again = CliRun.Of([.. args, "--no-report", "--threads", "1"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(Accuracies(run), Accuracies(again));
        Assert.Equal(9, Accuracies(run).Length);
        string[] sizes = [.. run.Figures.Where(l => l.StartsWith("50 ", StringComparison.Ordinal) || l.StartsWith("200 ", StringComparison.Ordinal) || l.StartsWith("1438 ", StringComparison.Ordinal))];
        Assert.True(sizes.Length >= 3);
        Assert.Equal(sizes, again.Figures.Where(sizes.Contains));
        Assert.Contains("training images", run.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(scratch.Report);
        Assert.Contains("aria-label=\"Accuracy\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);

        static string[] Accuracies(CliRun run) => [.. run.Figures.Where(l => l.Contains('%') && (l.Contains("SVM, C", StringComparison.Ordinal) || l.Contains(" neighbours", StringComparison.Ordinal) || l.Contains("network 64", StringComparison.Ordinal)))
            .Select(l => l[..(l.LastIndexOf('%') + 1)])];
    }

    /// <summary>Wilson 1927, as the books have it: 8 of 10 is between 49 and 94 %; nothing and all stay within 0 and 1.</summary>
    [Theory]
    [InlineData(8, 10, .4902, .9433)]
    [InlineData(0, 10, 0, .2775)]
    [InlineData(10, 10, .7225, 1)]
    public void Intervals_are_Wilsons(long right, long count, double from, double to)
    {
        (double low, double high) = Of("", right, count).Interval;
        Assert.Equal(from, low, 1e-4);
        Assert.Equal(to, high, 1e-4);
    }

    [Fact]
    public void The_sentences_say_where_the_network_overtakes()
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        Assert.Contains("overtakes the features made by hand between 100 and 300", Last((100, 80, 70), (300, 85, 90), (1000, 90, 95)), StringComparison.Ordinal);
        Assert.Contains("Up to 300 images the network does not overtake", Last((100, 80, 85), (300, 90, 85)), StringComparison.Ordinal);
        Assert.Contains("From 100 images on", Last((100, 80, 85), (300, 85, 90)), StringComparison.Ordinal);

        string Last(params (int Images, long Hand, long Network)[] sizes)
        {
            (int, IReadOnlyList<Trial>)[] all = [.. sizes.Select(s => (s.Images, (IReadOnlyList<Trial>)
                [Of("HOG, 9", s.Hand, 100), Of("pixels, 64", 100, 100) with { Kind = FeatureKind.Raw }, Of("learned from pixels", s.Network, 100) with { Kind = FeatureKind.Learned }]))];
            return new ComparisonReport(data, all[^1].Item2, all).Sentences().Last();
        }
    }

    /// <summary>What a coin does, counted: of 12 throws 2 heads or fewer, or 10 and more, are 158 of 4,096; McNemar's own example is beyond it.</summary>
    [Theory]
    [InlineData(2, 10, 158 / 4096.0)]
    [InlineData(10, 2, 158 / 4096.0)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(0, 6, 2 / 64.0)]
    [InlineData(0, 2000, 0)]
    public void Chance_is_McNemars_exact(int first, int second, double probability) =>
        Assert.Equal(probability, new PairedTest(first, second).Probability, 1e-12);

    /// <summary>The parts of a thousand images have the size that was asked for, whatever each class's share.</summary>
    [Fact]
    public void Sizes_are_those_asked_for()
    {
        CliRun run = CliRun.Of("compare-features", "--data", "digits8x8", "--no-report", "--train-sizes", "77,101");
        Assert.Contains(run.Figures, l => l.StartsWith("77 ", StringComparison.Ordinal));
        Assert.Contains(run.Figures, l => l.StartsWith("101 ", StringComparison.Ordinal));
    }

    private static Trial Of(string features, long right, long count) =>
        new(features, FeatureKind.MadeByHand, "SVM", [.. Enumerable.Range(0, (int)count).Select(i => i < right)], default, default);

    [Theory]
    [InlineData("--train-sizes 5", "--train-sizes is 5; it must be up to 50 integers from 10 to 1438")]
    [InlineData("--train-sizes 100,x", "--train-sizes is 100,x; it must be")]
    [InlineData("--train-sizes 2000", "from 10 to 1438")]
    [InlineData("--no-report --output r.html", "--no-report and --output r.html exclude each other")]
    public void What_cannot_be_is_refused_in_one_line(string options, string reason)
    {
        CliRun run = CliRun.Of(["compare-features", "--data", "digits8x8", .. options.Split(' ')]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists("compare-features.html"));
    }

    /// <summary>A table has no cells to make histograms of: its features are compared as they are.</summary>
    [Fact]
    public void Of_rows_of_numbers_only_these_are_compared()
    {
        using var scratch = new Scratch();
        File.WriteAllLines(scratch["t.csv"], ["a,b,label", .. Enumerable.Range(0, 90).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 3) + (0.01 * (i % 7))},{2 - (i % 3) + (0.02 * (i % 5))},{"xyz"[i % 3]}"))]);
        CliRun run = CliRun.Of("compare-features", "--data", scratch["t.csv"], "--no-report");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("values, 2", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SIFT,", run.Output, StringComparison.Ordinal);
        Assert.Contains("the best of the machines given the values", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }
}
