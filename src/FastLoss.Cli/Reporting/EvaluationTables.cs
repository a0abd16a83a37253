using System.Globalization;
using System.Text;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Reporting;

/// <summary>An evaluation in tables and plots, for the terminal and the page.</summary>
internal static class EvaluationTables
{
    /// <summary>Of more classes a table is none that one reads; the confusions that are most frequent are named.</summary>
    public const int MostClasses = 12;

    /// <summary>Of more a page has no table of confusions either: its cells grow with their square.</summary>
    public const int MostOnPage = 64;

    private const int Named = 10;

    /// <summary>Precision, recall and F1 of each class and their means, each class counting once.</summary>
    public static TextTable Classes(ConfusionMatrix confusion, IReadOnlyList<string> names) => new(
        ["class", "images", "right", "precision", "recall", "F1"],
        [
            .. Enumerable.Range(0, confusion.ClassCount).Where(c => IsSeen(confusion, c)).Select(c => Row(names[c], confusion.OfClass(c), confusion[c, c])),
            Row("mean", confusion.Macro(), (long)confusion.Accuracy.Correct),
        ]);

    /// <summary>Rows are what images are, columns what they were taken for.</summary>
    public static TextTable Confusion(ConfusionMatrix confusion, IReadOnlyList<string> names)
    {
        int[] classes = [.. Enumerable.Range(0, confusion.ClassCount).Where(c => IsSeen(confusion, c))];
        bool hasNone = confusion.Unpredicted.IndexOfAnyExcept(0) >= 0;
        return new(
            ["is \\ taken for", .. classes.Select(c => names[c]), .. hasNone ? (string[])["nothing"] : []],
            [.. classes.Select(c => (IReadOnlyList<string>)
            [
                names[c],
                .. classes.Select(p => confusion[c, p] == 0 ? "." : Text($"{confusion[c, p]}")),
                .. hasNone ? (string[])[Text($"{confusion.Unpredicted[c]}")] : [],
            ])]);
    }

    /// <summary>The most frequent mistakes in words.</summary>
    public static string Confusions(ConfusionMatrix confusion, IReadOnlyList<string> names)
    {
        int n = confusion.ClassCount;
        long[] counts = confusion.Counts.ToArray();
        string[] worst = [.. Enumerable.Range(0, counts.Length).Where(i => i / n != i % n && counts[i] > 0)
            .OrderByDescending(i => counts[i]).ThenBy(i => i).Take(Named).Select(i => Text($"{names[i / n]} for {names[i % n]} {counts[i]}x"))];
        return worst.Length == 0 ? "none" : string.Join(", ", worst);
    }

    public static string Calibration(CalibrationTally calibration) => double.IsNaN(calibration.ExpectedError)
        ? Text($"not known: {calibration.Undefined} of {calibration.Undefined + calibration.Count} images have no probability")
        : Text($"expected error {calibration.ExpectedError:F4}, largest {calibration.MaximumError:F4} of {calibration.BinCount} bins; {Leaning(calibration)}");

    public static IReadOnlyList<LinePlot> Plots(CalibrationTally calibration)
    {
        CalibrationBin[] bins = [.. Enumerable.Range(0, calibration.BinCount).Select(b => calibration[b])];
        (double, double)[] accuracy = [.. bins.Where(b => b.Count > 0).Select(b => (b.MeanConfidence, b.Accuracy))];
        (double, double)[] share = [.. bins.Select((b, i) => ((i + 0.5) / bins.Length, (double)b.Count / Math.Max(1, calibration.Count)))];
        return
        [
            new(
                "Calibration",
                "how sure: the largest probability",
                "how often right",
                [
                    new("as sure as right", "#8c959f", [(0, 0), (1, 1)]) { Width = 1.5 },
                    new("images", CurvePlot.TrainColour, accuracy) { Dots = PlotDots.OnLine },
                ]) { YRange = (0, 1) },
            new(
                "Confidence",
                "how sure: the largest probability",
                "share of the images",
                [new("images", CurvePlot.TestColour, share) { Dots = PlotDots.OnLine }]),
        ];
    }

    /// <summary>The confusions as a table whose cells are the darker the more of their row they hold.</summary>
    public static string ConfusionHtml(ConfusionMatrix confusion, IReadOnlyList<string> names)
    {
        TextTable table = Confusion(confusion, names);
        var html = new StringBuilder("<div class=\"scroll\"><table class=\"table\">\n<tr>");
        foreach (string cell in table.Head) html.Append($"<th>{HtmlPage.Encode(cell)}</th>");
        html.Append("</tr>\n");
        for (int r = 0; r < table.Rows.Count; r++)
        {
            IReadOnlyList<string> row = table.Rows[r];
            double all = row.Skip(1).Sum(Count);
            html.Append($"<tr><th>{HtmlPage.Encode(row[0])}</th>");
            for (int c = 1; c < row.Count; c++)
            {
                string colour = c - 1 == r ? "31,111,235" : "217,72,15";
                html.Append(CultureInfo.InvariantCulture, $"<td style=\"background: rgba({colour},{(all == 0 ? 0 : 0.6 * Math.Sqrt(Count(row[c]) / all)):F2})\">{row[c]}</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</table></div>\n").ToString();

        static double Count(string cell) => cell == "." ? 0 : double.Parse(cell, CultureInfo.InvariantCulture);
    }

    private static string Leaning(CalibrationTally calibration)
    {
        double sure = 0, right = 0;
        for (int b = 0; b < calibration.BinCount; b++)
        {
            CalibrationBin bin = calibration[b];
            if (bin.Count == 0) continue;
            sure += bin.Count * bin.MeanConfidence;
            right += bin.Correct;
        }

        return Text($"mean confidence {sure / calibration.Count:F4}, accuracy {right / calibration.Count:F4}");
    }

    private static bool IsSeen(ConfusionMatrix confusion, int c)
    {
        if (confusion.OfClass(c).Support > 0) return true;
        for (int label = 0; label < confusion.ClassCount; label++)
        {
            if (confusion[label, c] > 0) return true;
        }

        return false;
    }

    private static IReadOnlyList<string> Row(string name, ClassificationScores scores, long right) =>
        [name, Text($"{scores.Support}"), Text($"{right}"), Text($"{scores.Precision:F4}"), Text($"{scores.Recall:F4}"), Text($"{scores.F1:F4}")];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
