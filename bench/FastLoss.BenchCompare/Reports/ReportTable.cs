using System.Globalization;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.BenchCompare.Reports;

/// <summary>A table as plain cells, the same for the terminal, Markdown and HTML. Text columns come first.</summary>
/// <param name="Verdicts">What colours each row; null where nothing was decided.</param>
internal sealed record ReportTable(
    string Title, int TextColumns, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<Verdict?> Verdicts)
{
    public static ReportTable Benchmarks(RunComparison comparison) => new(
        $"{comparison.Before.Name} -> {comparison.After.Name}",
        1,
        ["benchmark", "before", "after", "change", "noise", "bytes", "bytes change", "verdict"],
        [.. comparison.Shown.Select(b => (IReadOnlyList<string>)[
            b.Id,
            Format.Time(b.Before.Median),
            Format.Time(b.After.Median),
            Format.Change(b.Ratio),
            Format.Percent(b.Spread),
            Format.Allocation(b),
            Format.AllocationChange(b),
            Format.FullVerdict(b)])],
        [.. comparison.Shown.Select(b => (Verdict?)(b.AllocatesMore ? Verdict.Slower : b.Verdict))]);

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
        (Run before, Run after) = (comparison.Before, comparison.After);
        int count = comparison.Benchmarks.Count;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{Machine(after.Machine)}. A difference is more than {t.Relative:0.##%} and {t.Nanoseconds} ns, at a significance of {t.Significance:0.##%}.");
        if (after.Machine.RemarkOn(before.Machine) is { } remark) yield return remark;
        yield return Counts(comparison) + (comparison.Shown.Count < count ? $" The table shows {comparison.Shown.Count}." : "");
        int weak = comparison.Benchmarks.Count(b => b.IsWeak);
        if (weak > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{weak} of {count} verdicts are weak: they rest on iterations of too few launches, and launches of the same code differ. Only a change of more than {t.Relative + t.LaunchNoise:0.##%} counts there. {t.LeastToProve} launches in each run (WithLaunchCount({t.LeastToProve}), JsonExporter.Full) prove more.");
        int few = comparison.Benchmarks.Count(b => !t.CanProve(b.ObservedBefore.Count, b.ObservedAfter.Count));
        if (few > 0) yield return $"{few} benchmarks have too few launches or iterations to prove anything at this significance: {t.LeastToProve} in each run can.";
        foreach (BenchmarkResult failed in comparison.Failed) yield return $"Failed in {after.Name}: {failed.Id}, {failed.Failure}.";
        foreach (BenchmarkResult failed in before.Failed) yield return $"Failed in {before.Name}: {failed.Id}, {failed.Failure}.";
        if (comparison.OnlyBefore.Count > 0) yield return $"Only in {before.Name}: {string.Join(", ", comparison.OnlyBefore)}.";
        if (comparison.OnlyAfter.Count > 0) yield return $"Only in {after.Name}: {string.Join(", ", comparison.OnlyAfter)}.";
        foreach (string note in before.Remarks.Concat(after.Remarks).Distinct()) yield return note;
    }

    private static string Counts(RunComparison comparison) => $"{comparison.Benchmarks.Count} benchmarks: "
        + string.Join(", ", Enum.GetValues<Verdict>()
            .Select(v => (v, n: comparison.Benchmarks.Count(b => b.Verdict == v)))
            .Where(x => x.n > 0)
            .Select(x => $"{x.n} {Format.Verdict(x.v)}")) + ".";

    public static string Machine(Machine machine) =>
        $"{machine.Cpu}, {RecordFile.ShortSet(machine.InstructionSet)}, {machine.Runtime}, {machine.OperatingSystem}";

    private static string Arrow(Verdict? verdict) => verdict switch
    {
        Verdict.Faster => " (faster)",
        Verdict.Slower => " (slower)",
        _ => "",
    };
}
