using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Tests.Bench;

/// <summary>`compare --gate`: 0 proven not slower, 1 slower, failed or vanished, 2 not proven.</summary>
public sealed class GateTests : IDisposable
{
    private static readonly double[] s_quiet = [100, 100.1, 100.2, 99.9, 99.8];

    /// <summary>Two memory layouts.</summary>
    private static readonly double[] s_jumping = [62, 101, 62, 101, 62];

    private readonly string _folder = Directory.CreateTempSubdirectory("fastloss-gate").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0.5, 0, 0)]
    [InlineData(1.1, 0, 1)]
    [InlineData(1, 24, 1)]
    [InlineData(1, 2, 0)] // A pool filled again now and then is no allocation.
    public void Quiet_runs_are_passed_or_stopped(double factor, double allocated, int exit) =>
        Assert.Equal(exit, Gate(Report("a", s_quiet), Report("b", s_quiet, factor, allocated)));

    [Fact]
    public void Fewer_allocations_pass() => Assert.Equal(0, Gate(Report("a", s_quiet, allocated: 24), Report("b", s_quiet)));

    [Theory]
    [InlineData(1, 2)] // The same, and neither that nor the contrary can be proven.
    [InlineData(1.2, 2)]
    [InlineData(0.5, 0)]
    [InlineData(2, 1)]
    public void What_cannot_be_proven_is_said_with_2(double factor, int exit) =>
        Assert.Equal(exit, Gate(Report("a", s_jumping), Report("b", s_jumping, factor)));

    [Fact]
    public void Faster_or_the_same_is_not_slower_and_passes()
    {
        // From 1 % slower to 40 % faster: neither "faster" nor "same", and surely not slower.
        double[] before = [100, 100, 100, 100, 100], after = [60, 100.5, 70, 100.4, 90];
        BenchmarkComparison compared = RunComparison.Compare(
            SyntheticRun.Exact("M", 0, before), SyntheticRun.Exact("M", 0, after), new());
        Assert.Equal((Verdict.Unproven, true), (compared.Verdict, compared.Decision.NotSlower));
        Assert.Equal(0, Gate(Report("a", before), Report("b", after)));
    }

    [Fact]
    public void A_failure_outweighs_what_is_unproven()
    {
        string before = Write("a", ("S", "Slow", "", Launches(s_quiet), 0), ("S", "Jumping", "", Launches(s_jumping), 0));
        string after = Write("b", ("S", "Slow", "", Launches(s_quiet, 3), 0), ("S", "Jumping", "", Launches(s_jumping), 0));
        Assert.Equal(1, Gate(before, after));
    }

    [Fact]
    public void The_gate_of_a_trend_asks_about_its_last_step()
    {
        Assert.Equal(0, Gate(Report("a", s_quiet), Report("b", s_quiet, 2), Report("c", s_quiet, 1.5)));
        Assert.Equal(1, Gate(Report("a", s_quiet, 2), Report("b", s_quiet), Report("c", s_quiet, 1.5)));
    }

    [Fact]
    public void A_stock_run_10_times_slower_is_stopped()
    {
        string before = Write("a", ("S", "M", "", [OneLaunch(100)], 0)), after = Write("b", ("S", "M", "", [OneLaunch(1000)], 0));
        Assert.Equal(1, Gate(before, after));
        Assert.Equal(0, Gate("--launch-noise", "10%", after, before));
        Assert.Equal(0, CompareTool.Run(before, after));
    }

    [Theory]
    [InlineData(1.5, "100%", 2)] // Launches of the same code differ as much on some machines,
    [InlineData(1.5, "10%", 1)]  // and on others they do not.
    [InlineData(1, "100%", 0)]
    public void A_stock_run_proves_what_launches_cannot_do(double factor, string noise, int exit) => Assert.Equal(exit, Gate(
        "--launch-noise", noise, Write("a", ("S", "M", "", [OneLaunch(100)], 0)), Write("b", ("S", "M", "", [OneLaunch(100 * factor)], 0))));

    [Fact]
    public void A_weak_verdict_says_so_everywhere()
    {
        string before = Write("a", ("S", "M", "", [OneLaunch(100)], 0)), after = Write("b", ("S", "M", "", [OneLaunch(1000)], 0));
        string markdown = Path.Combine(_folder, "o.md"), csv = Path.Combine(_folder, "o.csv"), json = Path.Combine(_folder, "o.json");
        Assert.Equal(0, CompareTool.Run("--markdown", markdown, "--csv", csv, "--json", json, before, after));
        Assert.Contains("**slower (weak)**", File.ReadAllText(markdown), StringComparison.Ordinal);
        Assert.Contains("1 of 1 verdicts are weak", File.ReadAllText(markdown), StringComparison.Ordinal);
        Assert.Contains("S.M,S,slower,iterations,no,100,1000,10,", File.ReadAllText(csv), StringComparison.Ordinal);
        Assert.Contains("\"evidence\": \"iterations\"", File.ReadAllText(json), StringComparison.Ordinal);
    }

    [Fact]
    public void A_vanished_benchmark_fails_and_is_named()
    {
        string before = Write("a", ("S", "Here", "", Launches(s_quiet), 0), ("S", "Gone", "N=1", Launches(s_quiet), 0));
        string after = Write("b", ("S", "Here", "", Launches(s_quiet), 0));
        Assert.Equal(1, Gate(before, after));
        Assert.Equal("S.Gone(N=1) vanished: a.json has it and b.json has not.", Assert.Single(Of(before, after).Failures));
        Assert.Equal(0, Gate("--exclude", "*.Gone(*", before, after));
        Assert.Equal(0, Gate(after, before));
    }

    [Fact]
    public void All_benchmarks_vanished_fails_and_names_them_all()
    {
        string before = Write("a", ("S", "M", "", Launches(s_quiet), 0)), after = Write("b", ("S", "N", "", Launches(s_quiet), 0));
        Assert.Equal(1, Gate(before, after));
        Assert.Throws<BenchException>(() => CompareTool.Run(before, after));
    }

    [Fact]
    public void A_failed_benchmark_fails_and_is_named()
    {
        string before = Write("a", ("S", "Good", "", Launches(s_quiet), 0), ("S", "Bad", "", Launches(s_quiet), 0));
        string after = Path.Combine(_folder, "b.json");
        string report = File.ReadAllText(before);
        int statistics = report.LastIndexOf("\"Statistics\":{\"N\":1}", StringComparison.Ordinal);
        File.WriteAllText(after, report.Remove(statistics, 20).Insert(statistics, "\"Statistics\":null"));
        Assert.Equal(1, Gate(before, after));
        Assert.Equal("S.Bad gave no time in b.json: it failed.", Assert.Single(Of(before, after).Failures));
        // Failed before and well now: nothing to compare, nothing to stop.
        Assert.Equal(0, Gate(after, before));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 1)]
    public void Few_launches_of_one_iteration_prove_nothing(int launches, int exit) => Assert.Equal(exit, Gate(
        Write("a", ("S", "M", "", Launches(s_quiet[..launches]), 0)), Write("b", ("S", "M", "", Launches(s_quiet[..launches], 10), 0))));

    [Theory]
    [InlineData("5%", 1)]
    [InlineData("0.5%", 2)]
    public void Three_iterations_prove_at_five_percent(string significance, int exit) => Assert.Equal(exit, Gate(
        "--significance", significance, Write("a", ("S", "M", "", [[10, 11, 12]], 0)), Write("b", ("S", "M", "", [[100, 110, 120]], 0))));

    [Theory]
    [InlineData("5%", 0)]
    [InlineData("0.05", 0)]
    [InlineData("2%", 1)]
    [InlineData("10ns", 0)]
    [InlineData("0.01us", 0)]
    [InlineData("2ns", 1)]
    [InlineData("2%,10ns", 0)]
    public void Thresholds_are_shares_or_times(string threshold, int exit) =>
        Assert.Equal(exit, Gate("--threshold", threshold, Report("a", s_quiet), Report("b", s_quiet, 1.03)));

    private static int Gate(params string[] arguments) => CompareTool.Run(["--gate", .. arguments]);

    private static FastLoss.BenchCompare.Comparison.Gate Of(string before, string after) =>
        FastLoss.BenchCompare.Comparison.Gate.Of(RunComparison.Compare(RunSource.LoadFile(before), RunSource.LoadFile(after), new()));

    /// <summary>A default job: one launch, 15 iterations within a percent.</summary>
    private static double[] OneLaunch(double time) => [.. Enumerable.Range(-7, 15).Select(i => time * (1 + (i * 0.0002)))];

    private static double[][] Launches(double[] medians, double factor = 1) => [.. medians.Select(m => (double[])[m * factor])];

    private string Report(string name, double[] launches, double factor = 1, double allocated = 0) =>
        Write(name, ("S", "M", "N=1", Launches(launches, factor), allocated));

    private string Write(string name, params (string, string, string, double[][], double)[] benchmarks)
    {
        string path = Path.Combine(_folder, $"{name}.json");
        File.WriteAllText(path, SyntheticRun.Report(benchmarks));
        return path;
    }
}
