using System.Globalization;
using System.Text;

namespace FastLoss.BenchCompare.Runs;

/// <summary>
/// Gives benchmarks the shortest names that tell them apart, the same names in every run that is compared. Two benchmarks may share
/// type, method and parameters: types of one name in two namespaces, one benchmark under two jobs, or two parameters that
/// print alike. The namespace tells the first apart, the job the second, and the place in the report the third.
/// </summary>
public static class RunNames
{
    /// <summary>The runs with every <see cref="BenchmarkResult.Id"/> unique within its run.</summary>
    public static IReadOnlyList<Run> Together(IReadOnlyList<Run> runs)
    {
        (BenchmarkResult Result, int Run)[] entries = [.. runs.SelectMany((run, index) => run.All.Select(result => (result, index)))];
        // All benchmarks of a type are named alike, also those whose method no namesake has.
        HashSet<string> twins =
        [
            .. entries.GroupBy(e => e.Result.Type, StringComparer.Ordinal).Where(g => Differ(g.Select(e => e.Result.Namespace))).Select(g => g.Key),
        ];
        Dictionary<string, Parts> parts = entries
            .GroupBy(entry => entry.Result.PlainId, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => PartsOf([.. g], twins.Contains(g.First().Result.Type)), StringComparer.Ordinal);
        return [.. runs.Select(run => Named(run, parts))];
    }

    private static Parts PartsOf((BenchmarkResult Result, int Run)[] entries, bool hasNamespace)
    {
        // Jobs tell apart what a run has twice; where each run has it once, under different jobs, it is the same benchmark.
        string?[][] jobs =
        [
            .. entries.GroupBy(e => (e.Run, hasNamespace ? e.Result.Namespace : null))
                .Select(g => g.Select(e => e.Result.Job).ToArray()).Where(j => Differ(j)),
        ];
        if (jobs.Length == 0) return new(hasNamespace, JobPart.None);
        bool shortIsEnough = jobs.All(j => j.Distinct().Count() == j.Select(ShortJob).Distinct().Count());
        return new(hasNamespace, shortIsEnough ? JobPart.Name : JobPart.Whole);
    }

    private static Run Named(Run run, Dictionary<string, Parts> parts)
    {
        string Name(BenchmarkResult result) => NameOf(result, parts[result.PlainId]);
        Dictionary<string, int> counts = run.All.GroupBy(Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Dictionary<string, int> seen = new(StringComparer.Ordinal);

        // The number of namesakes is part of the name: of three, none is the same as one of two.
        BenchmarkResult WithId(BenchmarkResult result)
        {
            string name = Name(result);
            string suite = SuiteOf(result, parts[result.PlainId]);
            if (counts[name] == 1) return result with { Id = name, Suite = suite };
            seen[name] = seen.GetValueOrDefault(name) + 1;
            return result with { Id = $"{name} #{seen[name]} of {counts[name]}", Suite = suite };
        }

        BenchmarkResult[] all = [.. run.All.Select(WithId)];
        return run with { Name = Printable(run.Name), Benchmarks = [.. all.Where(b => b.Failure is null)], Failed = [.. all.Where(b => b.Failure is not null)] };
    }

    private static string NameOf(BenchmarkResult result, Parts parts)
    {
        string? job = parts.Job switch { JobPart.Name => ShortJob(result.Job), JobPart.Whole => result.Job, _ => null };
        string inner = string.Join(' ', new[] { result.Parameters, job }.Where(text => !string.IsNullOrEmpty(text)));
        string name = $"{SuiteOf(result, parts)}.{result.Method}";
        return Printable(inner.Length == 0 ? name : $"{name}({inner})");
    }

    private static string SuiteOf(BenchmarkResult result, Parts parts) =>
        Printable(parts.Namespace && result.Namespace is { Length: > 0 } space ? $"{space}.{result.Type}" : result.Type);

    /// <summary>Control and format characters are no text of a terminal, a page or a plot.</summary>
    private static string Printable(string text) => string.Concat(text.EnumerateRunes()
        .Select(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format ? " " : rune.ToString()));

    /// <summary>"ShortRun(LaunchCount=1, ...)" is ShortRun; the name of a job without one, "Job-RHFWPW(...)", tells a reader nothing.</summary>
    private static string? ShortJob(string? job) =>
        job is null || job.StartsWith("Job-", StringComparison.Ordinal) ? job : job.Split('(')[0];

    private static bool Differ(IEnumerable<string?> texts) => texts.Where(t => t is not null).Distinct(StringComparer.Ordinal).Count() > 1;

    private enum JobPart
    {
        None,
        Name,
        Whole,
    }

    private sealed record Parts(bool Namespace, JobPart Job);
}
