using FastLoss.Bench.Analysis.Runs;

namespace FastLoss.Bench.Analysis.Comparison;

/// <summary>One benchmark in two runs.</summary>
/// <param name="Ratio">The new median over the old one: below 1 is faster.</param>
/// <param name="Spread">The larger of both runs' relative spreads between launches.</param>
/// <param name="LaunchesToProve">Where the verdict is unproven: how many launches would settle a change this large.</param>
public sealed record BenchmarkComparison(
    BenchmarkResult Before, BenchmarkResult After, Verdict Verdict, double Ratio, double Spread, int? LaunchesToProve)
{
    /// <summary>Of a 64-bit runtime: header, type and one field.</summary>
    public const int SmallestObject = 24;

    public string Id => After.Id;

    public string Group => After.Type;

    /// <summary>Bytes more than before an operation; null where one of the runs did not measure it.</summary>
    public double? AllocationChange => After.AllocatedBytes - Before.AllocatedBytes;

    /// <summary>
    /// A call that allocates takes <see cref="SmallestObject"/> bytes at the least. Fewer on average are no call's: a pool that
    /// a collection between iterations emptied is filled again, once in thousands of calls.
    /// </summary>
    public bool AllocatesMore => AllocationChange >= SmallestObject;
}

/// <summary>A suite's benchmarks together.</summary>
public sealed record GroupComparison(string Name, int Count, double GeometricMean);

/// <summary>Two runs, benchmark by benchmark.</summary>
public sealed record RunComparison(
    Run Before,
    Run After,
    Thresholds Thresholds,
    IReadOnlyList<BenchmarkComparison> Benchmarks,
    IReadOnlyList<GroupComparison> Groups,
    IReadOnlyList<string> OnlyBefore,
    IReadOnlyList<string> OnlyAfter)
{
    /// <summary>Proven slower, or allocating more: what a gate stops.</summary>
    public IEnumerable<BenchmarkComparison> Regressions =>
        Benchmarks.Where(b => b.Verdict == Verdict.Slower || b.AllocatesMore);

    public static RunComparison Compare(Run before, Run after, Thresholds thresholds)
    {
        BenchmarkComparison[] both =
        [
            .. from a in after.Benchmarks
               where before.ById.ContainsKey(a.Id)
               select Compare(before.ById[a.Id], a, thresholds),
        ];
        return new(
            before,
            after,
            thresholds,
            both,
            [.. both.GroupBy(b => b.Group).Select(g => new GroupComparison(g.Key, g.Count(), Statistics.GeometricMean(g.Select(b => b.Ratio))))],
            [.. before.Benchmarks.Select(b => b.Id).Where(id => !after.ById.ContainsKey(id))],
            [.. after.Benchmarks.Select(b => b.Id).Where(id => !before.ById.ContainsKey(id))]);
    }

    public static BenchmarkComparison Compare(BenchmarkResult before, BenchmarkResult after, Thresholds thresholds)
    {
        double[] old = before.Medians, now = after.Medians;
        Verdict verdict = LaunchTest.Decide(old, now, thresholds);
        double ratio = after.Median / before.Median;
        double spread = Math.Max(Statistics.RelativeSpread(old), Statistics.RelativeSpread(now));
        int? launches = verdict == Verdict.Unproven ? LaunchTest.LaunchesToProve(ratio - 1, spread, thresholds) : null;
        return new(before, after, verdict, ratio, spread, launches);
    }
}
