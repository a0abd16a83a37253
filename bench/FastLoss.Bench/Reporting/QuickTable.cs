using System.Globalization;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Suites;
using Spectre.Console;

namespace FastLoss.Bench.Reporting;

internal static class QuickTable
{
    public static Table Render(IReadOnlyList<QuickResult> results)
    {
        string[] rivals = [.. results.SelectMany(r => r.Rivals).Select(t => t.Name).Distinct()];
        bool arithmetic = results.Any(r => r.ArithmeticLimit is not null);
        bool threads = results.Any(r => r.UsOnThreads is not null);
        string[] headers = ["FastLoss", .. rivals, "memory limit", "of limit"];
        if (threads) headers = ["FastLoss", $"{Environment.ProcessorCount} threads", .. headers[1..]];
        if (arithmetic) headers = [.. headers, "8 operations"];
        Table table = new Table().Border(TableBorder.Simple).AddColumns("routine", "size");
        foreach (string header in (string[])[.. headers, "bytes"]) table.AddColumn(new TableColumn(header).RightAligned());
        foreach (TableColumn column in table.Columns) column.NoWrap();
        foreach (QuickResult result in results)
        {
            string element = result.Element == "float" ? "" : $" ({result.Element})";
            List<string> cells = [$"{result.Routine} {result.Headline.Variant}".Trim() + element, result.Headline.Shape.ToString(), Time(result, result.Us)];
            if (threads) cells.Add(Threads(result));
            foreach (string rival in rivals) cells.Add(Versus(result, result.Rivals.FirstOrDefault(t => t.Name == rival)));
            cells.Add(Time(result, result.MemoryLimit));
            cells.Add(result is { Us: { } us, MemoryLimit: { } floor } ? Number(us.RatioTo(floor), "F2") : "");
            if (arithmetic) cells.Add(Time(result, result.ArithmeticLimit));
            cells.Add(result.Us?.AllocatedBytes.ToString(CultureInfo.InvariantCulture) ?? "");
            table.AddRow([.. cells.Select(c => new Markup(c))]);
        }
        return table;
    }

    /// <summary>A row of 10 classes is the unit there: nobody asks for the time of a tenth of it.</summary>
    private static string Time(QuickResult result, Timing? timing)
    {
        if (timing is null) return "";
        Shape shape = result.Headline.Shape;
        return Number(timing.Median / (shape.Rows > 1 ? shape.Rows : shape.Classes), "F3");
    }

    /// <summary>How many times faster than on one thread.</summary>
    private static string Threads(QuickResult result) =>
        result is { Us: { } one, UsOnThreads: { } many } ? $"{Time(result, many)} {Number(one.RatioTo(many), "F2")}x" : "";

    private static string Versus(QuickResult result, Timing? rival)
    {
        if (rival is null) return "";
        if (result.Us is not { } us) return Time(result, rival);
        double ratio = rival.RatioTo(us);
        string colour = ratio >= 1 ? "green" : "red";
        return $"{Time(result, rival)} [{colour}]{Number(ratio, ratio < 10 ? "F1" : "F0")}x[/]";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
