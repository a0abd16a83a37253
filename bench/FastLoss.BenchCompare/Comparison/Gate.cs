using System.Globalization;
using FastLoss.BenchCompare.Reports;

namespace FastLoss.BenchCompare.Comparison;

/// <summary>What a gate says of two runs.</summary>
/// <param name="Failures">Proven slower, allocating more, failed or vanished; one sentence each.</param>
/// <param name="Unproven">Neither proven slower nor proven not to be; one sentence each.</param>
public sealed record Gate(IReadOnlyList<string> Failures, IReadOnlyList<string> Unproven)
{
    /// <summary>0: proven not slower, every one. 1: a failure. 2: something could not be proven, and nothing failed.</summary>
    public int ExitCode => Failures.Count > 0 ? 1 : Unproven.Count > 0 ? 2 : 0;

    public static Gate Of(RunComparison comparison)
    {
        List<string> failures =
        [
            .. comparison.Benchmarks.Where(b => b.Verdict == Verdict.Slower)
                .Select(b => $"{b.Id} is proven slower{(b.IsWeak ? " (weak evidence)" : "")}: {Times(b)}."),
            .. comparison.Benchmarks.Where(b => b.AllocatesMore)
                .Select(b => string.Create(CultureInfo.InvariantCulture, $"{b.Id} allocates {b.AllocationChange} bytes more.")),
            .. comparison.Failed.Select(b => $"{b.Id} gave no time in {comparison.After.Name}: {b.Failure}."),
            .. comparison.OnlyBefore.Select(id => $"{id} vanished: {comparison.Before.Name} has it and {comparison.After.Name} has not."),
        ];
        string[] unproven =
        [
            .. comparison.Benchmarks.Where(b => b.Verdict != Verdict.Slower && !b.Decision.NotSlower)
                .Select(b => $"{b.Id} is not proven, {Times(b)}: {Reason(b, comparison.Thresholds)}."),
        ];
        return new(failures, unproven);
    }

    private static string Reason(BenchmarkComparison b, Thresholds thresholds)
    {
        int old = b.ObservedBefore.Count, now = b.ObservedAfter.Count;
        string what = b.IsWeak ? "iterations" : "launches";
        string advice = b.LaunchesToDecide is null ? "" : $"; {Advice(b)} in each run would decide";
        if (!thresholds.CanProve(old, now)) return $"{old} and {now} {what} can prove nothing at this significance{advice}";
        return (b.IsWeak ? "launches of the same code may differ as much" : "the launches scatter too much") + advice;
    }

    /// <summary>"12 launches"; "5 launches or more" where only iterations are known.</summary>
    internal static string Advice(BenchmarkComparison b) => b.LaunchesToDecide switch
    {
        >= LaunchTest.Most => $"{LaunchTest.Most} launches or more",
        { } n when b.IsWeak => $"{n} launches or more",
        { } n => $"{n} launches",
        null => "",
    };

    private static string Times(BenchmarkComparison b) =>
        $"{Format.Time(b.Before.Median)} before, {Format.Time(b.After.Median)} after";
}
