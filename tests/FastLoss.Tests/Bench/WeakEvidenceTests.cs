using FastLoss.Bench.Recording;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Runs;

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
    public void Two_launches_of_the_records_differ_by_more_than_the_launch_noise_in_two_of_a_hundred_pairs()
    {
        string records = Path.Combine(Repository.Root, "bench", "results");
        (Launch First, Launch Second)[] pairs =
        [
            .. from benchmark in RunSource.Records(records).Select(RunSource.LoadFile).SelectMany(r => r.Benchmarks)
               from i in Enumerable.Range(0, benchmark.Launches.Count)
               from j in Enumerable.Range(0, i)
               select (benchmark.Launches[i], benchmark.Launches[j]),
        ];
        Assert.True(pairs.Length > 5_000, $"{pairs.Length} pairs");
        double doubled = Share(s_standard), fivePercent = Share(s_standard with { LaunchNoise = 0.05 });
        Assert.True(doubled < 0.04, $"{doubled:P1} differ by more than {s_standard.LaunchNoise:P0}");
        Assert.True(fivePercent > 5 * doubled, $"5 % would do: {fivePercent:P1}");

        double Share(Thresholds thresholds) => (double)pairs.Count(p =>
            Math.Abs(p.First.Median - p.Second.Median) > thresholds.Beyond(p.First.Median, p.Second.Median, Evidence.Iterations)) / pairs.Length;
    }

    /// <summary>The table of README, column by column.</summary>
    [Fact]
    public void The_rates_that_readme_gives_are_those_of_the_simulation()
    {
        string[][] rows = CompareTool.ReadmeTable("| launches differ by |");
        Noise[] noises = [SyntheticRun.NormalNoise(0.01), SyntheticRun.NormalNoise(0.02), SyntheticRun.NormalNoise(0.04), SyntheticRun.BimodalNoise];
        foreach ((string[] row, Noise noise) in rows.Zip(noises))
        {
            Random random = new(1);
            double strong = (double)Enumerable.Range(0, Trials).Count(_ => RunComparison.Compare(
                SyntheticRun.Benchmark("M", 1000, 5, noise, random), SyntheticRun.Benchmark("M", 1000, 5, noise, random), s_standard).Verdict is Verdict.Faster or Verdict.Slower) / Trials;
            double[] rates = [strong, Alarms(noise, s_standard), Alarms(noise, s_standard with { LaunchNoise = 0.05 }), Alarms(noise, s_standard with { LaunchNoise = 0 })];
            foreach ((string stated, double rate) in row.Skip(1).Zip(rates))
            {
                if (stated == "< 1 %") Assert.True(rate < 0.01, $"{row[0]}: {rate:P1} for {stated}");
                else Assert.InRange(rate, (CompareTool.Number(stated) / 100) - 0.03, (CompareTool.Number(stated) / 100) + 0.03);
            }
        }
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
}
