using FastLoss.Bench.Readme;
using FastLoss.Bench.Recording;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Tests.Bench;

/// <summary>The tables of times in README and bench/README say what the records say.</summary>
public sealed class SpeedTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastloss-readme").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Markers(string speed = "", string losses = "") =>
        $"{MarkedSection.Speed.Begin}\n{speed}{MarkedSection.Speed.End}\nbetween\n{MarkedSection.Losses.Begin}\n{losses}{MarkedSection.Losses.End}\n";

    /// <summary>The real files against the real records: after a new record, run <c>bench readme</c>.</summary>
    [Fact]
    public void The_tables_of_this_repository_are_not_stale() =>
        Assert.Equal(0, ReadmeCommand.Run(Repository.Root, Repository.Records, check: true));

    [Fact]
    public void The_tables_are_written_between_the_markers_and_then_are_fresh()
    {
        Speed("2026-01-02", "aaa", factor: 1);
        string readme = Readme($"before\n{Markers("old\n", "stale\n")}after\n");
        Assert.Equal(1, ReadmeCommand.Run(_folder, Results, check: true));
        Assert.Contains("old", File.ReadAllText(readme), StringComparison.Ordinal);
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: false));
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: true));
        string text = File.ReadAllText(readme);
        Assert.StartsWith("before\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nafter\n", text, StringComparison.Ordinal);
        Assert.Contains("\nbetween\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", text, StringComparison.Ordinal);
        Assert.Contains("Test CPU, avx512, .NET 10.0.0", text, StringComparison.Ordinal);
        Assert.Contains("record `2026-01-02-aaa`", text, StringComparison.Ordinal);
        Assert.Contains("| softmax | 4,096 | 0.250 | 2.00 (8.0x) | 1.25 |  | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("| softmax | 4000 x 10 | 3.00 |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_records_the_sections_are_empty_and_a_table_of_nothing_is_stale()
    {
        Assert.Equal(0, RunOn(Markers()));
        Assert.Equal(1, RunOn(Markers("| a |\n")));
    }

    [Fact]
    public void The_short_table_has_two_sizes_of_float_and_rivals_alone()
    {
        Speed("2026-01-02", "aaa", factor: 1);
        Speed("2026-01-02", "aaa", factor: 3, "AVX2 VectorSize=256", "Double");
        Readme(Markers());
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: false));
        string text = File.ReadAllText(Summary);
        Assert.Contains("| routine | size | FastLoss | TensorPrimitives | bytes |", text, StringComparison.Ordinal);
        Assert.Contains("| softmax | 4000 x 10 | 3.00 |  | 0 |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4,096", text, StringComparison.Ordinal);
        Assert.DoesNotContain("double", text, StringComparison.Ordinal);
        File.WriteAllText(Summary, text.Replace("3.00", "2.00", StringComparison.Ordinal));
        Assert.Equal(1, ReadmeCommand.Run(_folder, Results, check: true));
    }

    [Fact]
    public void A_newer_record_makes_the_readme_stale()
    {
        Speed("2026-01-02", "aaa", factor: 1);
        string readme = Readme(Markers());
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: false));
        Speed("2026-02-01", "bbb", factor: 2);
        Assert.Equal(1, ReadmeCommand.Run(_folder, Results, check: true));
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: false));
        Assert.Contains("2026-02-01-bbb", File.ReadAllText(readme), StringComparison.Ordinal);
        Assert.DoesNotContain("2026-01-02-aaa", File.ReadAllText(readme), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_instruction_set_and_element_type_has_its_table()
    {
        Speed("2026-01-02", "aaa", factor: 1);
        Speed("2026-01-02", "aaa", factor: 3, "AVX2 VectorSize=256", "Double");
        string readme = Readme(Markers());
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: false));
        string text = File.ReadAllText(readme);
        Assert.Contains("Test CPU, avx2, .NET 10.0.0, Test OS; double", text, StringComparison.Ordinal);
        Assert.Contains("Test CPU, avx512, .NET 10.0.0, Test OS; float", text, StringComparison.Ordinal);
        Assert.Contains("| softmax | 4,096 | 0.750 | 6.00 (8.0x) |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_the_losses_leaves_the_speed_table_to_the_record_that_has_it()
    {
        Speed("2026-01-02", "aaa", factor: 1);
        LossRun("2026-02-01", "bbb");
        string readme = Readme(Markers());
        Assert.Equal(0, ReadmeCommand.Run(_folder, Results, check: false));
        string text = File.ReadAllText(readme);
        Assert.Contains("record `2026-01-02-aaa`", text, StringComparison.Ordinal);
        Assert.Contains("record `2026-02-01-bbb`", text, StringComparison.Ordinal);
        Assert.Contains("takes 0.020 ns in L1 and 0.300 ns at 1M", text, StringComparison.Ordinal);
        Assert.Contains("| `Huber` | 0.030 | 0.060 | 0.310 | memory |", text, StringComparison.Ordinal);
        Assert.Contains("| `LogCosh` | 0.500 |  | 0.600 | arithmetic, 2.00 of the memory limit |", text, StringComparison.Ordinal);
        Assert.Contains("| plain | 4.00 |  |  |  |", text, StringComparison.Ordinal);
        Assert.Contains("| focal | 4.40 (1.10) |  |  |  |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_of_one_commit_are_one_record_and_what_is_measured_again_replaces()
    {
        string first = Path.Combine(_folder, "first.json"), second = Path.Combine(_folder, "second.json");
        File.WriteAllText(first, SyntheticRun.Report(("A<Single>", "FastLoss", "Shape=1", [[1.0]], 0), ("B<Single>", "FastLoss", "Shape=1", [[2.0]], 0)));
        File.WriteAllText(second, SyntheticRun.Report(("B<Single>", "FastLoss", "Shape=1", [[3.0]], 0), ("C<Single>", "FastLoss", "Shape=1", [[4.0]], 0)));
        string path = RecordCommand.Keep(first, "aaa", Results);
        Assert.Equal(path, RecordCommand.Keep(second, "aaa", Results));
        Run run = RunSource.LoadFile(path);
        Assert.Equal([1, 3, 4], run.Benchmarks.Select(b => b.Median));
        Assert.Single(RunSource.Records(Results));
    }

    [Theory]
    [InlineData("CrossEntropySuite<Single>", "OnnxRuntime", "4096", true, true)]
    [InlineData("CrossEntropySuite<Single>", "OnnxRuntime", "4096", false, false)]
    [InlineData("CrossEntropySuite<Single>", "TensorPrimitives", "4096", false, true)]
    [InlineData("CrossEntropySuite<Double>", "FastLoss", "4096", true, true)]
    [InlineData("CrossEntropySuite<Double>", "FastLoss", "131072", true, false)]
    [InlineData("CrossEntropySuite<Double>", "NaiveLoop", "4096", true, false)]
    [InlineData("CrossEntropySuite<Single>", "FastLoss", "128", true, false)]
    [InlineData("LogSoftmaxSuite<Single>", "FastLoss", "4096", true, false)]
    public void A_run_for_the_table_measures_what_it_shows(string suite, string method, string size, bool isNative, bool expected) =>
        Assert.Equal(expected, SpeedTable.Shows(suite, method, size, isNative));

    [Theory]
    [InlineData("no markers")]
    [InlineData("reversed")]
    [InlineData("half")]
    public void A_readme_without_both_markers_in_order_is_refused_and_left_alone(string kind)
    {
        MarkedSection speed = MarkedSection.Speed;
        string text = kind switch { "reversed" => $"{speed.End}\n{speed.Begin}", "half" => speed.Begin, _ => kind };
        string readme = Readme(text);
        Speed("2026-01-02", "aaa", 1);
        Assert.Throws<BenchException>(() => ReadmeCommand.Run(_folder, Results, check: false));
        Assert.Equal(text, File.ReadAllText(readme));
    }

    private string Results => Path.Combine(_folder, "results");

    /// <summary>The file with the whole tables; beside it one with an empty short one.</summary>
    private string Readme(string text)
    {
        string path = Path.Combine(_folder, ReadmeCommand.Whole);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.WriteAllText(Summary, $"{MarkedSection.Summary.Begin}\n{MarkedSection.Summary.End}\n");
        return path;
    }

    private string Summary => Path.Combine(_folder, ReadmeCommand.Short);

    private int RunOn(string text)
    {
        Readme(text);
        return ReadmeCommand.Run(_folder, Results, check: true);
    }

    private void Speed(string date, string commit, double factor, string? set = null, string element = "Single")
    {
        string suite = $"SoftmaxSuite<{element}>";
        Record(date, commit, set,
            Of(suite, "FastLoss", "Shape=4096", 1024 * factor),
            Of(suite, "TensorPrimitives", "Shape=4096", 8192 * factor),
            Of(suite, "MemoryLimit", "Shape=4096", 819.2 * factor),
            Of(suite, "MemoryLimitNonTemporal", "Shape=4096", 2000 * factor),
            Of(suite, "FastLoss", "Shape=4000x10", 12000 * factor));
    }

    private void LossRun(string date, string commit)
    {
        const string value = "ElementwiseLossSuite<Single>", both = "ElementwiseGradientSuite<Single>", options = "CrossEntropyOptionsSuite<Single>";
        Record(date, commit, null,
            Of(value, "MemoryLimit", "Shape=4096&Variant=Huber", 0.02 * 4096),
            Of(value, "MemoryLimit", "Shape=1048576&Variant=Huber", 0.30 * 1048576),
            Of(value, "FastLoss", "Shape=4096&Variant=Huber", 0.03 * 4096),
            Of(both, "FastLoss", "Variant=Huber&Shape=4096", 0.06 * 4096),
            Of(value, "FastLoss", "Shape=1048576&Variant=Huber", 0.31 * 1048576),
            Of(value, "FastLoss", "Shape=4096&Variant=LogCosh", 0.50 * 4096),
            Of(value, "FastLoss", "Shape=1048576&Variant=LogCosh", 0.60 * 1048576),
            Of(options, "FastLoss", "Shape=4000x10&Variant=plain", 16000),
            Of(options, "FastLoss", "Shape=4000x10&Variant=focal", 17600));
    }

    private static BenchmarkResult Of(string suite, string method, string parameters, double time) =>
        new(suite, method, parameters, [new(time, time, time)], 0);

    private void Record(string date, string commit, string? set, params BenchmarkResult[] benchmarks)
    {
        Machine machine = set is null ? SyntheticRun.Machine : SyntheticRun.Machine with { InstructionSet = set };
        Run run = new("r", DateTime.Parse(date, System.Globalization.CultureInfo.InvariantCulture), commit, machine, benchmarks);
        string path = Path.Combine(Results, RecordFile.PathFor(run));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, RecordFile.Write(run));
    }
}
