using System.Globalization;
using System.Text;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Comparing;

/// <summary>The trials as a table, what they say, and accuracy by the number of training images.</summary>
/// <param name="Data">What was trained and tested on.</param>
/// <param name="Trials">With all training images.</param>
/// <param name="Sizes">Numbers of training images, growing, and the trials with each; none where they were not asked for.</param>
internal sealed record ComparisonReport(DataSet Data, IReadOnlyList<Trial> Trials, IReadOnlyList<(int Images, IReadOnlyList<Trial> Trials)> Sizes)
{
    private static readonly string[] s_colours = ["#1f6feb", "#8ab6f9", "#d9480f", "#f2a57f", "#2da44e", "#94d3a2", "#8250df", "#c8a9f5", "#24292f"];

    public TextTable Table => new(
        ["features", "classifier", "accuracy", "95 % from", "to", "training, s", "an image, us"],
        [.. Trials.Select(t => (IReadOnlyList<string>)
        [
            t.Features, t.Classifier, Text($"{t.Accuracy.Value:P1}"), Text($"{t.Interval.From:P1}"), Text($"{t.Interval.To:P1}"), Text($"{t.Training.TotalSeconds:F2}"), Text($"{t.Prediction.TotalMicroseconds:F1}"),
        ])])
    { Keys = 2 };

    /// <summary>A row for each number of images, a column for each trial; null where there are none.</summary>
    public TextTable? SizeTable => Sizes.Count == 0 ? null : new(
        ["images", .. Trials.Select(Short)],
        [.. Sizes.Select(s => (IReadOnlyList<string>)[Text($"{s.Images}"), .. s.Trials.Select(t => Text($"{t.Accuracy.Value:P1}"))])]);

    /// <summary>What the figures say, and no more.</summary>
    public IEnumerable<string> Sentences()
    {
        if (Best(Trials) is { } best)
        {
            Trial network = Trials[^1];
            double points = 100 * (best.Accuracy.Value - network.Accuracy.Value);
            string verdict = points == 0 ? "as many as" : Text($"{Math.Abs(points):F1} points {(points > 0 ? "more" : "fewer")} than");
            yield return Text($"With {Data.Train.Count} training images the best of {Others}, {best.Name}, is right on {best.Accuracy.Value:P1} of {best.Accuracy.Count} test images, {verdict} the network that learns from {Raw}, {network.Accuracy.Value:P1}{Chance(best, network)}.");
        }

        if (Sizes.Count == 0) yield break;
        int ahead = Enumerable.Range(0, Sizes.Count).FirstOrDefault(i => Enumerable.Range(i, Sizes.Count - i).All(j => IsAhead(Sizes[j].Trials)), -1);
        if (ahead < 0)
        {
            yield return Text($"Up to {Sizes[^1].Images} images the network does not overtake the best of {Others}.");
            yield break;
        }

        (int images, IReadOnlyList<Trial> trials) = Sizes[^1];
        string chance = Best(trials) is { } last ? Text($"; with {images}{Chance(last, trials[^1])[1..]}") : "";
        yield return ahead == 0
            ? Text($"From {Sizes[0].Images} images on, the fewest tried, the network is ahead of {Others}{chance}.")
            : Text($"The network overtakes {Others} between {Sizes[ahead - 1].Images} and {Sizes[ahead].Images} training images{chance}.");
    }

    public string Page(IEnumerable<(string Name, string Value)> facts)
    {
        var page = new StringBuilder(HtmlPage.Head($"{Data.Name}, features compared"));
        foreach (string sentence in Sentences()) page.Append($"<p>{HtmlPage.Encode(sentence)}</p>\n");
        page.Append(HtmlPage.Of(Table));
        if (SizeTable is { } table)
        {
            page.Append("<h2>Accuracy by the number of training images</h2>\n<div class=\"plots\">\n");
            page.Append(Plot().Svg()).Append("\n</div>\n").Append(HtmlPage.Of(table));
        }

        return page.Append("<h2>What was compared</h2>\n").Append(HtmlPage.Facts(facts)).Append(HtmlPage.End).ToString();
    }

    /// <summary>What the network is compared with: a table has no features made by hand.</summary>
    private string Others => HasHand(Trials) ? "the features made by hand" : $"the machines given the {Raw}";

    private string Raw => FeatureSet.RawName(Data.Train.Width, Data.Train.Height);

    private static bool HasHand(IReadOnlyList<Trial> trials) => trials.Any(t => t.Kind == FeatureKind.MadeByHand);

    /// <summary>The best of what the network is compared with; null where it is alone.</summary>
    private static Trial? Best(IReadOnlyList<Trial> trials) =>
        trials.Where(t => t.Kind == (HasHand(trials) ? FeatureKind.MadeByHand : FeatureKind.Raw)).MaxBy(t => t.Accuracy.Value);

    /// <summary>How the two differ image by image, and whether a fair coin would as well.</summary>
    private static string Chance(Trial other, Trial network)
    {
        PairedTest test = PairedTest.Of(other, network);
        return test is { First: 0, Second: 0 }
            ? ", on the same ones"
            : Text($", {test.First} image{(test.First == 1 ? "" : "s")} that only {other.Name} has right and {test.Second} that only the network has: {(test.MayBeChance ? "chance may explain that" : "chance does not explain that")} (p = {test.Probability:G2}, McNemar's exact test)");
    }

    private static string Short(Trial trial) => trial.Kind == FeatureKind.Learned
        ? "network"
        : $"{trial.Features.Split(',')[0]}+{(trial.Classifier.StartsWith("SVM", StringComparison.Ordinal) ? "SVM" : $"{FeatureComparison.Neighbours}-NN")}";

    private static bool IsAhead(IReadOnlyList<Trial> trials) => Best(trials) is { } best && trials[^1].Accuracy.Value > best.Accuracy.Value;

    private LinePlot Plot() => new(
        "Accuracy",
        "training images",
        "share of test images right",
        [.. Enumerable.Range(0, Trials.Count).Select(i => new PlotLine(
            Short(Trials[i]), s_colours[i == Trials.Count - 1 ? ^1 : i % (s_colours.Length - 1)], [.. Sizes.Select(s => ((double)s.Images, s.Trials[i].Accuracy.Value))])
        {
            Dots = PlotDots.OnLine,
            Width = i == Trials.Count - 1 ? 3 : 1.5,
        })])
    {
        IsXLogarithmic = true,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).Replace(" %", "%", StringComparison.Ordinal);
}
