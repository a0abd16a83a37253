using System.Text;
using FastLoss.BenchCompare.Comparison;

namespace FastLoss.BenchCompare.Reports;

/// <summary>The comparison as Markdown, for a pull request.</summary>
public static class MarkdownReport
{
    public static string Write(RunComparison comparison)
    {
        StringBuilder text = new();
        Append(text, ReportTable.Benchmarks(comparison));
        Append(text, ReportTable.Groups(comparison));
        foreach (string note in ReportTable.Notes(comparison)) text.Append(note).Append("\n\n");
        return text.ToString().TrimEnd() + "\n";
    }

    public static string Write(Trend trend)
    {
        StringBuilder text = new();
        Append(text, ReportTable.Of(trend));
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Append(StringBuilder text, ReportTable table)
    {
        text.Append("### ").Append(Escape(table.Title)).Append("\n\n");
        Row(text, table.Headers);
        text.Append('|');
        for (int i = 0; i < table.Headers.Count; i++)
            text.Append(i < table.TextColumns || i == table.Headers.Count - 1 ? " --- |" : " ---: |");
        text.Append('\n');
        for (int i = 0; i < table.Rows.Count; i++)
            Row(text, table.Verdicts[i] is Verdict.Slower or Verdict.Faster ? [.. table.Rows[i].SkipLast(1), $"**{table.Rows[i][^1]}**"] : table.Rows[i]);
        text.Append('\n');
    }

    private static void Row(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");

    /// <summary>
    /// A suite over float is a generic type, and its angle brackets would be taken for HTML; a parameter may hold a bar, a backslash before
    /// one, or the end of a line.
    /// </summary>
    private static string Escape(string cell) => cell
        .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
