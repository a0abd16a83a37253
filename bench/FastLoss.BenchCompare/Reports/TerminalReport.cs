using FastLoss.BenchCompare.Comparison;
using Spectre.Console;

namespace FastLoss.BenchCompare.Reports;

/// <summary>The comparison on a terminal: the slower in red, the faster in green.</summary>
public static class TerminalReport
{
    public static void Write(IAnsiConsole console, RunComparison comparison)
    {
        Write(console, ReportTable.Benchmarks(comparison));
        Write(console, ReportTable.Groups(comparison));
        foreach (string note in ReportTable.Notes(comparison)) console.WriteLine(note);
    }

    public static void Write(IAnsiConsole console, Trend trend) => Write(console, ReportTable.Of(trend));

    private static void Write(IAnsiConsole console, ReportTable report)
    {
        Table table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(report.Title));
        for (int i = 0; i < report.Headers.Count; i++)
        {
            TableColumn column = new(Markup.Escape(report.Headers[i]));
            table.AddColumn(i < report.TextColumns || i == report.Headers.Count - 1 ? column : column.RightAligned());
        }
        foreach ((IReadOnlyList<string> row, Verdict? verdict) in report.Rows.Zip(report.Verdicts))
        {
            string? colour = verdict switch { Verdict.Slower => "red", Verdict.Faster => "green", Verdict.Unproven => "grey", _ => null };
            table.AddRow([.. row.Select((cell, i) =>
                colour is not null && i >= report.TextColumns ? $"[{colour}]{Markup.Escape(cell)}[/]" : Markup.Escape(cell))]);
        }
        console.Write(table);
    }
}
