using FastLoss.Bench.Analysis.Comparison;
using FastLoss.Bench.Analysis.Runs;

namespace FastLoss.Tests.Bench;

/// <summary>
/// How often the verdicts on iterations of one launch are wrong, by simulation and by the launches of this repository's records. The
/// figures in the documentation of <see cref="LaunchTest"/> and <see cref="Thresholds"/> are these.
/// </summary>
public class WeakEvidenceTests
{
    private const int Trials = 4_000, Iterations = 15;

    private static readonly Thresholds s_standard = new();

    private static readonly Noise s_within = SyntheticRun.NormalNoise(0.005);

    /// <summary>Taken for launches, iterations are wrong in most comparisons: why they are not.</summary>
    [Fact]
    public void Iterations_taken_for_launches_give_alarms_in_most_comparisons_of_the_same_code()
    {
        double alarms = Alarms(SyntheticRun.NormalNoise(0.02), s_standard with { LaunchNoise = 0 });
        Assert.InRange(alarms, 0.55, 0.65);
    }

    public static TheoryData<string, Noise> Noises => new()
    {
        { "standard deviation 2 %", SyntheticRun.NormalNoise(0.02) },
        { "standard deviation 10 %", SyntheticRun.NormalNoise(0.10) },
        { "two layouts", SyntheticRun.BimodalNoise },
    };

    [Theory]
    [MemberData(nameof(Noises))]
    public void Alarms_stay_under_one_in_a_thousand_with_the_launch_noise_allowed_for(string name, Noise launches)
    {
        double alarms = Alarms(launches, s_standard);
        Assert.True(alarms < 0.001, $"{name}: {alarms:P2} false alarms");
    }

    [Fact]
    public void On_a_quiet_machine_5_percent_of_launch_noise_are_enough()
    {
        double alarms = Alarms(SyntheticRun.NormalNoise(0.01), s_standard with { LaunchNoise = 0.05 });
        Assert.True(alarms < 0.01, $"{alarms:P2} false alarms");
    }

    /// <summary>What a gate on one launch lets pass: a slowdown that a lucky launch hides.</summary>
    [Theory]
    [InlineData(0.01, 0.002)]
    [InlineData(0.02, 0.10)]
    public void A_slowdown_of_5_percent_passes_only_where_a_lucky_launch_hides_it(double deviation, double most)
    {
        Random random = new(1);
        double passed = (double)Enumerable.Range(0, Trials)
            .Count(_ => Compare(1.05, SyntheticRun.NormalNoise(deviation), s_standard, random).Decision.NotSlower) / Trials;
        Assert.True(passed <= most, $"{passed:P2} passed");
    }

    [Fact]
    public void Two_launches_of_the_records_differ_by_more_than_the_launch_noise_in_one_of_a_hundred_pairs()
    {
        string records = Path.Combine(RepositoryRoot(), "bench", "results");
        int pairs = 0, doubled = 0, fivePercent = 0;
        foreach (BenchmarkResult benchmark in RunSource.Records(records).Select(RunSource.LoadFile).SelectMany(r => r.Benchmarks))
        {
            foreach ((Launch first, Launch second) in benchmark.Launches.SelectMany(a => benchmark.Launches.Where(b => b != a).Select(b => (a, b))))
            {
                pairs++;
                if (IsAlarm(first.Median, second.Median, s_standard)) doubled++;
                if (IsAlarm(first.Median, second.Median, s_standard with { LaunchNoise = 0.05 })) fivePercent++;
            }
        }
        Assert.True(pairs > 10_000, $"{pairs} pairs");
        Assert.True(doubled < 0.02 * pairs, $"{doubled} of {pairs} are slower by more than {s_standard.LaunchNoise:P0}");
        Assert.True(fivePercent > 5 * doubled, $"5 % would do: {fivePercent} of {pairs}");

        static bool IsAlarm(double before, double after, Thresholds thresholds) =>
            after - before > thresholds.Beyond(before, after, Evidence.Iterations);
    }

    private static double Alarms(Noise launches, Thresholds thresholds)
    {
        Random random = new(1);
        return (double)Enumerable.Range(0, Trials)
            .Count(_ => Compare(1, launches, thresholds, random).Verdict is Verdict.Faster or Verdict.Slower) / Trials;
    }

    private static BenchmarkComparison Compare(double change, Noise launches, Thresholds thresholds, Random random)
    {
        BenchmarkComparison compared = RunComparison.Compare(One(1000), One(1000 * change), thresholds);
        Assert.True(compared.IsWeak);
        return compared;

        BenchmarkResult One(double time)
        {
            double launch = time * launches(random);
            double[] iterations = [.. Enumerable.Range(0, Iterations).Select(_ => launch * s_within(random))];
            return new("S", "M", "", [Launch.Of(iterations)], 0) { Iterations = iterations };
        }
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "FastLoss.sln"))) at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("The tests do not lie below FastLoss.sln.");
    }
}
