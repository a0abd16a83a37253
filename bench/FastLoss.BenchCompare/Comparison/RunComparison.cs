using FastLoss.BenchCompare.Runs;

namespace FastLoss.BenchCompare.Comparison;

/// <summary>One benchmark in two runs.</summary>
/// <param name="Ratio">The new median over the old one: below 1 is faster. 1 where both are 0 ns, infinite where the old one is.</param>
/// <param name="Spread">The larger of both runs' relative spreads between the observations.</param>
/// <param name="LaunchesToDecide">
/// Where the verdict is unproven: how many launches would settle it; of iterations, whose spread is less than that of launches, how many at
/// the least.
/// </param>
public sealed record BenchmarkComparison(
    BenchmarkResult Before, BenchmarkResult After, Decision Decision, double Ratio, double Spread, int? LaunchesToDecide)
{
    /// <summary>Of a 64-bit runtime: header, type and one field.</summary>
    public const int SmallestObject = 24;

    public string Id => After.Id;

    public string Group => After.Suite;

    public Verdict Verdict => Decision.Verdict;

    public bool IsWeak => Decision.Evidence == Evidence.Iterations;

    /// <summary>Bytes more than before an operation; null where one of the runs did not measure it.</summary>
    public double? AllocationChange => After.AllocatedBytes - Before.AllocatedBytes;

    /// <summary>
    /// A call that allocates takes <see cref="SmallestObject"/> bytes at the least. Fewer on average are no call's: a pool that
    /// a collection between iterations emptied is filled again, once in thousands of calls.
    /// </summary>
    public bool AllocatesMore => AllocationChange >= SmallestObject;

    /// <summary>The times that the verdict rests on.</summary>
    public IReadOnlyList<double> ObservedBefore => LaunchTest.Observations(Before, Decision.Evidence);

    /// <inheritdoc cref="ObservedBefore"/>
    public IReadOnlyList<double> ObservedAfter => LaunchTest.Observations(After, Decision.Evidence);
}

/// <summary>A suite's benchmarks together.</summary>
public sealed record GroupComparison(string Name, int Count, double GeometricMean);

/// <summary>Two runs, benchmark by benchmark.</summary>
/// <param name="OnlyBefore">Had a time before, and is not in the new run at all: vanished.</param>
/// <param name="OnlyAfter">Has a time now and had none before.</param>
public sealed record RunComparison(
    Run Before,
    Run After,
    Thresholds Thresholds,
    IReadOnlyList<BenchmarkComparison> Benchmarks,
    IReadOnlyList<GroupComparison> Groups,
    IReadOnlyList<string> OnlyBefore,
    IReadOnlyList<string> OnlyAfter)
{
    /// <summary>What tables show; the gate, the counts and the files for programs are always about all.</summary>
    public IReadOnlyList<BenchmarkComparison> Shown { get; init; } = Benchmarks;

    /// <summary>Benchmarks that failed in the new run.</summary>
    public IReadOnlyList<BenchmarkResult> Failed => After.Failed;

    /// <summary>Shows only what changed for certain, or only the largest changes, the largest first.</summary>
    public RunComparison Showing(bool onlyChanges, int? top)
    {
        IEnumerable<BenchmarkComparison> shown = Benchmarks;
        if (onlyChanges) shown = shown.Where(b => b.Verdict is Verdict.Slower or Verdict.Faster || b.AllocationChange is not (null or 0));
        if (top is { } count) shown = shown.OrderByDescending(b => b.Ratio > 0 ? Math.Abs(Math.Log(b.Ratio)) : double.PositiveInfinity).Take(count);
        return this with { Shown = [.. shown] };
    }

    /// <summary>The runs are named together first, so that a benchmark has one name in both.</summary>
    public static RunComparison Compare(Run before, Run after, Thresholds thresholds)
    {
        IReadOnlyList<Run> named = RunNames.Together([before, after]);
        (before, after) = (named[0], named[1]);
        BenchmarkComparison[] both =
        [
            .. from a in after.Benchmarks
               where before.ById.ContainsKey(a.Id)
               select Compare(before.ById[a.Id], a, thresholds),
        ];
        HashSet<string> known = [.. after.All.Select(b => b.Id)];
        return new(
            before,
            after,
            thresholds,
            both,
            [.. both.GroupBy(b => b.Group).Select(g => new GroupComparison(g.Key, g.Count(), Statistics.GeometricMean(g.Select(b => b.Ratio))))],
            [.. before.Benchmarks.Select(b => b.Id).Where(id => !known.Contains(id))],
            [.. after.Benchmarks.Select(b => b.Id).Where(id => !before.ById.ContainsKey(id))]);
    }

    public static BenchmarkComparison Compare(BenchmarkResult before, BenchmarkResult after, Thresholds thresholds)
    {
        Evidence evidence = LaunchTest.EvidenceOf(before, after, thresholds);
        IReadOnlyList<double> old = LaunchTest.Observations(before, evidence), now = LaunchTest.Observations(after, evidence);
        Decision decision = LaunchTest.Decide(old, now, evidence, thresholds);
        double ratio = before.Median == after.Median ? 1 : after.Median / before.Median;
        double spread = Max(Statistics.RelativeSpread([.. old]), Statistics.RelativeSpread([.. now]));
        int? launches = decision.Verdict == Verdict.Unproven ? LaunchTest.LaunchesToDecide(ratio - 1, spread, thresholds) : null;
        return new(before, after, decision, ratio, spread, launches);
    }

    /// <summary>The larger, or the one that is a number.</summary>
    private static double Max(double first, double second) =>
        double.IsNaN(first) ? second : double.IsNaN(second) ? first : Math.Max(first, second);
}
