using System.CommandLine;
using System.Globalization;
using System.Text;
using FastLoss.Cli.Files;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss compare-runs`: two or more trainings side by side, from their logs.</summary>
internal static class CompareRunsCommand
{
    private const int MostRuns = 12;

    private static readonly string[] s_colours =
        ["#1f6feb", "#d9480f", "#2da44e", "#8250df", "#bf8700", "#cf222e", "#0969da", "#6e7781", "#1b7c83", "#a475f9", "#953800", "#24292f"];

    public static Command Create()
    {
        Argument<string[]> logs = new("logs") { Description = "What `fastloss train --log` wrote, two files or more.", Arity = new(0, 1000) };
        PageOptions page = new("compare-runs.html");
        Command command = new("compare-runs", "Show two or more trainings side by side, from their logs.") { logs };
        page.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(logs) ?? [];
            if (paths.Length is < 2 or > MostRuns) throw new InputException($"{paths.Length} logs are given; it takes 2 to {MostRuns}");
            Run(paths, page.Alone(parsed, paths), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(string[] paths, OutputFile? report, TextWriter output)
    {
        string[] names = NamesOf(paths);
        IReadOnlyList<double[]>[] runs = [.. paths.Select(EpochLog.Read)];
        TextTable table = new(
            ["run", "epochs", "seconds", "train loss", "test loss", "lowest", "at epoch", "test accuracy", "highest", "at epoch"],
            [.. runs.Zip(names, (run, name) => Row(name, run))]);
        table.Write(output, Columns.Width(output));
        string sentence = Best(names, runs);
        Columns.WriteParagraph(output, sentence);
        if (report is null) return;
        var html = new StringBuilder(HtmlPage.Head("runs compared")).Append($"<p>{HtmlPage.Encode(sentence)}</p>\n<div class=\"plots\">\n");
        foreach ((string column, string title) in new[] { ("test_loss", "Test loss"), ("test_accuracy", "Test accuracy"), ("train_loss", "Training loss"), ("learning_rate", "Learning rate") })
            html.Append(Plot(title, column, names, runs).Svg()).Append('\n');
        report.Write(html.Append("</div>\n").Append(HtmlPage.Of(table)).Append(HtmlPage.End).ToString());
        output.WriteLine();
        Columns.WriteFact(output, "report", report.FullPath);
    }

    private static string Best(string[] names, IReadOnlyList<double[]>[] runs)
    {
        double highest = runs.Select(r => Last(r, "test_accuracy")).Where(a => !double.IsNaN(a)).DefaultIfEmpty(double.NaN).Max();
        if (double.IsNaN(highest)) return "No run has a test accuracy at its end.";
        string[] best = [.. names.Where((_, i) => Last(runs[i], "test_accuracy") == highest)];
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(" and ", best)} {(best.Length == 1 ? "ends" : "end")} with the highest test accuracy, {highest:F4}.");
    }

    private static IReadOnlyList<string> Row(string name, IReadOnlyList<double[]> run)
    {
        double[] lowest = run.MinBy(r => OrElse(r[Column("test_loss")], double.PositiveInfinity))!, highest = run.MaxBy(r => OrElse(r[Column("test_accuracy")], double.NegativeInfinity))!;
        return
        [
            name, Text($"{run[^1][0]}"), Text($"{Last(run, "seconds"):F1}"), Lines.Loss(Last(run, "train_loss")), Lines.Loss(Last(run, "test_loss")), Lines.Loss(lowest[Column("test_loss")]), Text($"{lowest[0]}"),
            Text($"{Last(run, "test_accuracy"):F4}"), Text($"{highest[Column("test_accuracy")]:F4}"), Text($"{highest[0]}"),
        ];

        static double OrElse(double value, double other) => double.IsNaN(value) ? other : value;
    }

    private static LinePlot Plot(string title, string column, string[] names, IReadOnlyList<double[]>[] runs) => new(
        title, "epoch", title.ToLowerInvariant(), [.. runs.Select((run, i) => new PlotLine(names[i], s_colours[i], [.. run.Select(r => (r[0], r[Column(column)]))]))]);

    private static double Last(IReadOnlyList<double[]> run, string column) => run[^1][Column(column)];

    private static int Column(string name) => EpochLog.Names.IndexOf(name);

    /// <summary>The files' names or, of two of one name, their paths.</summary>
    private static string[] NamesOf(string[] paths)
    {
        string[] names = [.. paths.Select(p => Path.GetFileNameWithoutExtension(p))];
        return names.Distinct().Count() == names.Length ? names : paths;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
