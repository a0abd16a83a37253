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
        ])]);

    /// <summary>A row for each number of images, a column for each trial; null where there are none.</summary>
    public TextTable? SizeTable => Sizes.Count == 0 ? null : new(
        ["images", .. Trials.Select(Short)],
        [.. Sizes.Select(s => (IReadOnlyList<string>)[Text($"{s.Images}"), .. s.Trials.Select(t => Text($"{t.Accuracy.Value:P1}"))])]);

    /// <summary>What the figures say, and no more.</summary>
    public IEnumerable<string> Sentences()
    {
        Trial network = Trials[^1];
        if (Trials.Count > 1)
        {
            Trial best = Trials.SkipLast(1).MaxBy(t => t.Accuracy.Value)!;
            double points = 100 * (best.Accuracy.Value - network.Accuracy.Value);
            string by = Text($"{Math.Abs(points):F1} points");
            bool isChance = best.Interval.From <= network.Interval.To && network.Interval.From <= best.Interval.To;
            string verdict = points == 0 ? "as many as" : points > 0 ? $"{by} more than" : $"{by} fewer than";
            yield return Text($"With {Data.Train.Count} training images the best of the features made by hand, {best.Features.Split(',')[0]} with {best.Classifier.Split(',')[0]}, is right on {best.Accuracy.Value:P1} of {best.Accuracy.Count} test images, {verdict} the network that learns from pixels, {network.Accuracy.Value:P1}{(points == 0 ? "" : isChance ? "; their intervals overlap, and chance may explain it" : "; their intervals do not overlap")}.");
        }

        if (Sizes.Count == 0) yield break;
        int ahead = Enumerable.Range(0, Sizes.Count).FirstOrDefault(i => Enumerable.Range(i, Sizes.Count - i).All(j => IsAhead(Sizes[j].Trials)), -1);
        yield return ahead switch
        {
            -1 => Text($"Up to {Sizes[^1].Images} images the network does not overtake the best of the features made by hand."),
            0 => Text($"From {Sizes[0].Images} images on, the fewest tried, the network is ahead of all features made by hand."),
            _ => Text($"The network overtakes all features made by hand between {Sizes[ahead - 1].Images} and {Sizes[ahead].Images} training images."),
        };
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

    private static string Short(Trial trial) => trial.Features.Contains("learned", StringComparison.Ordinal)
        ? "network"
        : $"{trial.Features.Split(',')[0]}+{(trial.Classifier.StartsWith("SVM", StringComparison.Ordinal) ? "SVM" : $"{FeatureComparison.Neighbours}-NN")}";

    private static bool IsAhead(IReadOnlyList<Trial> trials) => trials.SkipLast(1).All(t => trials[^1].Accuracy.Value > t.Accuracy.Value);

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
