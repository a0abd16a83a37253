using System.Net;
using System.Text;
using FastLoss.Cli.Data;
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
        var page = new StringBuilder(Head(data.Name));
        page.Append("<table class=\"facts\">\n");
        foreach ((string name, string value) in facts)
            page.Append($"<tr><th>{Encode(name)}</th><td{(IsBad(value) ? " class=\"bad\"" : "")}>{Encode(value)}</td></tr>\n");
        page.Append("</table>\n<h2>Learning curves</h2>\n<div class=\"plots\">\n");
        page.Append(CurvePlot.Svg("Loss", "mean softmax cross-entropy", Values(e => e.Train.Loss.Mean), Values(e => e.Test.Loss.Mean), isShare: false));
        page.Append('\n');
        page.Append(CurvePlot.Svg("Accuracy", "share of images right", Values(e => e.Train.Accuracy.Value), Values(e => e.Test.Accuracy.Value), isShare: true));
        page.Append("\n</div>\n");
        if (result.Broken is null) AppendImages(page, data, Predictions.Of(result.Network, data.Test));
        else page.Append("<p>No images are shown: the network computes no finite loss.</p>\n");
        return page.Append("\n</main>\n</body>\n</html>\n").ToString();

        double[] Values(Func<EpochScore, double> of) => [.. result.Epochs.Select(of)];
    }

    private static void AppendImages(StringBuilder page, DataSet data, Predictions predictions)
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

    /// <summary>What the tool writes in capitals.</summary>
    private static bool IsBad(string value) =>
        value.StartsWith("DIVERGED", StringComparison.Ordinal)
        || value.StartsWith("NO PROGRESS", StringComparison.Ordinal)
        || value.StartsWith("FAILED", StringComparison.Ordinal);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Head(string name) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>FastLoss: {{Encode(name)}}</title>
        <style>
        body { margin: 0; background: #f6f7f9; color: #24292f; font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: clamp(10px, 3vw, 24px); }
        h1 { font-size: 26px; margin: 0 0 16px; }
        h2 { font-size: 19px; margin: 32px 0 8px; }
        p { margin: 0 0 12px; }
        .facts { background: #fff; border: 1px solid #e6e8eb; border-radius: 8px; border-spacing: 0; padding: 8px 16px; width: 100%; }
        .facts th { text-align: left; font-weight: 600; padding: 3px 24px 3px 0; white-space: nowrap; vertical-align: top; }
        .facts td { width: 100%; padding: 3px 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .facts td.bad { color: #cf222e; font-weight: 600; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 16px; }
        .plots svg { display: block; box-sizing: border-box; width: 100%; height: auto; background: #fff; border: 1px solid #e6e8eb; border-radius: 8px; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 10px; }
        figure { margin: 0; padding: 6px; background: #fff; border: 2px solid #e6e8eb; border-radius: 8px; text-align: center; }
        figure img { width: 100%; max-width: 84px; min-height: 14px; image-rendering: pixelated; display: block; margin: 0 auto; }
        figcaption { font-size: 13px; line-height: 1.3; margin-top: 4px; }
        figure.wrong { border-color: #cf222e; background: #fff1f0; }
        figure.wrong b { color: #cf222e; }
        </style>
        </head>
        <body>
        <main>
        <h1>FastLoss: {{Encode(name)}}</h1>

        """;
}
