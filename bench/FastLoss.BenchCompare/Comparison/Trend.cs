using FastLoss.BenchCompare.Runs;

namespace FastLoss.BenchCompare.Comparison;

/// <summary>One benchmark through several runs, oldest first; null where a run lacks it.</summary>
/// <param name="Steps">The verdict of each run against the latest before it that has the benchmark.</param>
public sealed record TrendLine(string Id, string Group, IReadOnlyList<double?> Medians, IReadOnlyList<Verdict?> Steps)
{
    public double First => Medians.First(m => m is not null)!.Value;

    /// <summary>The last run over the first; 1 where both are 0 ns.</summary>
    public double Ratio => Medians.Last(m => m is not null)!.Value is var last && last == First ? 1 : last / First;
}

/// <summary>How benchmarks moved over more than two runs.</summary>
public sealed record Trend(IReadOnlyList<Run> Runs, IReadOnlyList<TrendLine> Lines)
{
    public static Trend Of(IReadOnlyList<Run> runs, Thresholds thresholds)
    {
        IReadOnlyList<Run> named = RunNames.Together(runs);
        return new(
            named,
            [
                .. named.SelectMany(r => r.Benchmarks).Select(b => b.Id).Distinct()
                    .Select(id => Line(id, [.. named.Select(r => r.ById.GetValueOrDefault(id))], thresholds))
                    .Where(line => line.Medians.Count(m => m is not null) > 1),
            ]);
    }

    private static TrendLine Line(string id, BenchmarkResult?[] results, Thresholds thresholds)
    {
        Verdict?[] steps = new Verdict?[results.Length];
        BenchmarkResult? previous = null;
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is not { } current) continue;
            if (previous is not null) steps[i] = RunComparison.Compare(previous, current, thresholds).Verdict;
            previous = current;
        }
        return new(id, previous!.Suite, [.. results.Select(r => r?.Median)], steps);
    }
}
