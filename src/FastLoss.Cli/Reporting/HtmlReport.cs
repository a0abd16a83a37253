using System.Text;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Reporting;

/// <summary>The report of a training: one page without any other file.</summary>
internal static class HtmlReport
{
    private const int Shown = 60;

    /// <param name="data">What was trained and tested on.</param>
    /// <param name="result">The trained network and its curves.</param>
    /// <param name="facts">Names and values to list.</param>
    public static string Compose(DataSet data, TrainingResult result, IEnumerable<(string Name, string Value)> facts)
    {
        var page = new StringBuilder(HtmlPage.Head(data.Name));
        page.Append(HtmlPage.Facts(facts));
        page.Append("<h2>Learning curves</h2>\n<div class=\"plots\">\n");
        page.Append(CurvePlot.Svg("Loss", "mean softmax cross-entropy", Values(e => e.Train.Loss.Mean), Values(e => e.Test.Loss.Mean), Held(v => v.Loss.Mean), isShare: false));
        page.Append('\n');
        page.Append(CurvePlot.Svg("Accuracy", "share of images right", Values(e => e.Train.Accuracy.Value), Values(e => e.Test.Accuracy.Value), Held(v => v.Accuracy.Value), isShare: true));
        page.Append("\n</div>\n");
        if (result.Broken is null)
        {
            Evaluation test = Evaluation.Of(new NetworkClassifier(new(result.Network, 0)), data.Test);
            EvaluationReport.AppendTables(page, data.ClassNames, test);
            AppendImages(page, data, test.Predictions);
        }
        else
        {
            page.Append("<p>No images are shown: the network computes no finite loss.</p>\n");
        }

        return page.Append(HtmlPage.End).ToString();

        double[] Values(Func<EpochScore, double> of) => [.. result.Epochs.Select(of)];

        double[] Held(Func<Score, double> of) => data.Validation is null ? [] : [.. result.Epochs.Select(e => e.Validation is { } held ? of(held) : double.NaN)];
    }

    /// <summary>The first test images, and the mistakes the network is surest of.</summary>
    public static void AppendImages(StringBuilder page, DataSet data, Predictions predictions)
    {
        int[] mistakes = [.. Enumerable.Range(0, data.Test.Count)
            .Where(i => predictions.Classes[i] != data.Test.Labels[i])
            .OrderByDescending(i => predictions.Confidences[i])];
        int first = Math.Min(Shown, data.Test.Count);
        page.Append($"<h2>The first {first} test images</h2>\n<p>Below each, what the network takes it for; mistakes are marked and say what it is.</p>\n");
        page.Append(ImageGrid.Html(data, Enumerable.Range(0, first), predictions));
        page.Append($"\n<h2>Mistakes: {mistakes.Length} of {data.Test.Count} test images</h2>\n");
        if (mistakes.Length > Shown) page.Append($"<p>The {Shown} the network is surest of.</p>\n");
        page.Append(ImageGrid.Html(data, mistakes.Take(Shown), predictions));
    }
}
