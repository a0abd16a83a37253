using System.Globalization;
using FastLoss.Bench.Analysis.Comparison;
using FastLoss.Bench.Analysis.Runs;

namespace FastLoss.Bench.Analysis.Reports;

/// <summary>A table as plain cells, the same for the terminal, Markdown and HTML. Text columns come first.</summary>
/// <param name="Verdicts">What colours each row; null where nothing was decided.</param>
internal sealed record ReportTable(
    string Title, int TextColumns, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<Verdict?> Verdicts)
{
    public static ReportTable Benchmarks(RunComparison comparison) => new(
        $"{comparison.Before.Name} -> {comparison.After.Name}",
        1,
        ["benchmark", "before", "after", "change", "noise", "bytes", "verdict"],
        [.. comparison.Benchmarks.Select(b => (IReadOnlyList<string>)[
            b.Id,
            Format.Time(b.Before.Median),
            Format.Time(b.After.Median),
            Format.Change(b.Ratio),
            Format.Percent(b.Spread),
            Format.Allocation(b),
            Format.Verdict(b.Verdict) + (b.LaunchesToProve is { } n ? $" ({n} launches would tell)" : "") + (b.AllocatesMore ? ", allocates more" : "")])],
        [.. comparison.Benchmarks.Select(b => (Verdict?)(b.AllocatesMore ? Verdict.Slower : b.Verdict))]);

    public static ReportTable Groups(RunComparison comparison) => new(
        "Geometric means",
        1,
        ["suite", "benchmarks", "change"],
        [.. comparison.Groups.Select(g => (IReadOnlyList<string>)[
            g.Name, g.Count.ToString(CultureInfo.InvariantCulture), Format.Change(g.GeometricMean)])],
        [.. comparison.Groups.Select(_ => (Verdict?)null)]);

    public static ReportTable Of(Trend trend) => new(
        "Trend",
        1,
        ["benchmark", .. trend.Runs.Select(r => r.Name), "last / first"],
        [.. trend.Lines.Select(line => (IReadOnlyList<string>)[
            line.Id,
            .. line.Medians.Select((m, i) => m is { } time ? Format.Time(time) + Arrow(line.Steps[i]) : ""),
            Format.Change(line.Ratio)])],
        [.. trend.Lines.Select(line => line.Steps.LastOrDefault(s => s is Verdict.Faster or Verdict.Slower))]);

    /// <summary>One line for each fact that a table cannot hold.</summary>
    public static IEnumerable<string> Notes(RunComparison comparison)
    {
        Thresholds t = comparison.Thresholds;
        int count = comparison.Benchmarks.Count;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{Machine(comparison.After.Machine)}. A difference is more than {t.Relative:0.##%} and {t.Nanoseconds} ns, at a significance of {t.Significance:0.##%}.");
        yield return $"{count} benchmarks: " + string.Join(", ", Enum.GetValues<Verdict>()
            .Select(v => (v, n: comparison.Benchmarks.Count(b => b.Verdict == v)))
            .Where(x => x.n > 0)
            .Select(x => $"{x.n} {Format.Verdict(x.v)}")) + ".";
        int fewest = comparison.Benchmarks.Select(b => Math.Min(b.Before.Launches.Count, b.After.Launches.Count)).DefaultIfEmpty(5).Min();
        if (fewest < 5 && t.Significance <= 0.005)
            yield return $"Some benchmarks have {fewest} launches, too few to prove anything at this significance: 5 in each run can.";
        if (comparison.OnlyBefore.Count > 0) yield return $"Only in {comparison.Before.Name}: {string.Join(", ", comparison.OnlyBefore)}.";
        if (comparison.OnlyAfter.Count > 0) yield return $"Only in {comparison.After.Name}: {string.Join(", ", comparison.OnlyAfter)}.";
    }

    public static string Machine(Machine machine) =>
        $"{machine.Cpu}, {RecordFile.ShortSet(machine.InstructionSet)}, {machine.Runtime}, {machine.OperatingSystem}";

    private static string Arrow(Verdict? verdict) => verdict switch
    {
        Verdict.Faster => " (faster)",
        Verdict.Slower => " (slower)",
        _ => "",
    };
}
