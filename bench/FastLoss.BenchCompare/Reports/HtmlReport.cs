using System.Net;
using System.Text;
using FastLoss.BenchCompare.Comparison;

namespace FastLoss.BenchCompare.Reports;

/// <summary>The comparison as one self-contained page: tables, and every launch as a dot.</summary>
public static class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1em 0; }
        th, td { padding: .2em .8em; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap; }
        th.text, td.text { text-align: left; white-space: normal; }
        tr.slower td { color: #b3261e; } tr.faster td { color: #1b7a3d; } tr.unproven td { color: #777; }
        tr td.text:first-child { color: #222; }
        svg { max-width: 100%; height: auto; }
        """;

    public static string Write(RunComparison comparison)
    {
        StringBuilder body = new();
        foreach (string note in ReportTable.Notes(comparison)) body.Append("<p>").Append(Encode(note)).Append("</p>\n");
        Append(body, ReportTable.Groups(comparison));
        if (Plots.Distributions(comparison) is { Length: > 0 } plot)
        {
            body.Append("<h2>Launches</h2>\n<p>Each dot is the median of one launch (of weak verdicts: one iteration), over the median before.</p>\n");
            body.Append(plot);
        }
        Append(body, ReportTable.Benchmarks(comparison));
        return Page($"{comparison.Before.Name} -> {comparison.After.Name}", body);
    }

    public static string Write(Trend trend)
    {
        StringBuilder body = new();
        if (trend.Lines.Count > 0)
            body.Append("<p>Geometric mean of each suite's times, over those of the first run.</p>\n").Append(Plots.Trend(trend));
        Append(body, ReportTable.Of(trend));
        return Page("Trend of " + string.Join(", ", trend.Runs.Select(r => r.Name)), body);
    }

    private static string Page(string title, StringBuilder body) =>
        $"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{Encode(title)}</title>\n<style>\n{Style}\n</style></head>\n"
        + $"<body>\n<h1>{Encode(title)}</h1>\n{body}</body>\n</html>\n";

    private static void Append(StringBuilder body, ReportTable table)
    {
        body.Append("<h2>").Append(Encode(table.Title)).Append("</h2>\n<table>\n<tr>");
        for (int i = 0; i < table.Headers.Count; i++) Cell(body, "th", table, i, table.Headers[i]);
        body.Append("</tr>\n");
        for (int row = 0; row < table.Rows.Count; row++)
        {
            body.Append("<tr class=\"").Append(table.Verdicts[row] is { } verdict ? Format.Verdict(verdict) : "").Append("\">");
            for (int i = 0; i < table.Headers.Count; i++) Cell(body, "td", table, i, table.Rows[row][i]);
            body.Append("</tr>\n");
        }
        body.Append("</table>\n");
    }

    private static void Cell(StringBuilder body, string tag, ReportTable table, int column, string text)
    {
        string kind = column < table.TextColumns || column == table.Headers.Count - 1 ? " class=\"text\"" : "";
        body.Append('<').Append(tag).Append(kind).Append('>').Append(Encode(text)).Append("</").Append(tag).Append('>');
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
