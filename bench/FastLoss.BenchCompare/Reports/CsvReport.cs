using System.Globalization;
using System.Text;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.BenchCompare.Reports;

/// <summary>
/// The comparison for a spreadsheet, after RFC 4180: a row for every benchmark of either run, times in nanoseconds, with all their digits.
/// </summary>
public static class CsvReport
{
    private static readonly string[] s_headers =
    [
        "benchmark", "suite", "verdict", "evidence", "not slower", "before ns", "after ns", "ratio", "noise", "observations before",
        "observations after", "launches to decide", "bytes before", "bytes after", "bytes change %",
    ];

    public static string Write(RunComparison comparison)
    {
        StringBuilder text = new();
        Row(text, s_headers);
        foreach (BenchmarkComparison b in comparison.Benchmarks) Row(text, Cells(b));
        foreach (BenchmarkResult b in comparison.Failed) Row(text, Padded(b.Id, b.Suite, "failed"));
        foreach (string id in comparison.OnlyBefore) Row(text, Padded(id, comparison.Before.ById[id].Suite, "vanished"));
        foreach (string id in comparison.OnlyAfter) Row(text, Padded(id, comparison.After.ById[id].Suite, "new"));
        return text.ToString();
    }

    /// <summary>A column a run.</summary>
    public static string Write(Trend trend)
    {
        StringBuilder text = new();
        Row(text, ["benchmark", "suite", .. trend.Runs.Select(r => $"{r.Name} ns"), "last / first"]);
        foreach (TrendLine line in trend.Lines)
            Row(text, [line.Id, line.Group, .. line.Medians.Select(Number), Number(line.Ratio)]);
        return text.ToString();
    }

    private static string[] Cells(BenchmarkComparison b) =>
    [
        b.Id,
        b.Group,
        Format.Verdict(b.Verdict),
        b.IsWeak ? "iterations" : "launches",
        b.Decision.NotSlower ? "yes" : "no",
        Number(b.Before.Median),
        Number(b.After.Median),
        Number(b.Ratio),
        Number(b.Spread),
        Number(b.ObservedBefore.Count),
        Number(b.ObservedAfter.Count),
        Number(b.LaunchesToDecide),
        Number(b.Before.AllocatedBytes),
        Number(b.After.AllocatedBytes),
        Number(100 * b.AllocationChange / b.Before.AllocatedBytes),
    ];

    private static string[] Padded(params string[] cells) => [.. cells, .. Enumerable.Repeat("", s_headers.Length - cells.Length)];

    /// <summary>Nothing where there is no finite number.</summary>
    private static string Number(double? value) =>
        value is { } v && double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : "";

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quoted)).Append("\r\n");

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny("\",\r\n") < 0
        ? cell
        : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
