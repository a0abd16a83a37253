using System.Globalization;
using FastLoss.Bench.Recording;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Runs;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Bench;

/// <summary>What `compare` reads: BenchmarkDotNet's reports, folders of them, and records.</summary>
public sealed class RunFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastloss-runs").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_report_gives_the_median_of_each_launch_of_its_result_iterations()
    {
        string file = Write("a-report-full.json", SyntheticRun.Report(
            ("SoftmaxSuite<Single>", "FastLoss", "Shape=4096", [[10, 12, 11], [20, 24, 21, 23]], 32)));
        Run run = RunSource.LoadFile(file);
        BenchmarkResult benchmark = Assert.Single(run.Benchmarks);
        Assert.Equal("SoftmaxSuite<Single>.FastLoss(Shape=4096)", benchmark.Id);
        Assert.Equal([new Launch(10, 11, 12), new Launch(20, 22, 24)], benchmark.Launches);
        Assert.Equal(16.5, benchmark.Median);
        Assert.Equal(32, benchmark.AllocatedBytes);
        Assert.Equal(SyntheticRun.Machine, run.Machine);
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5), run.Date);
    }

    [Fact]
    public void A_benchmark_that_failed_has_no_time_and_a_reason()
    {
        string report = SyntheticRun.Report(("S", "Good", "", [[1]], 0), ("S", "Bad", "", [[1]], 0));
        int bad = report.IndexOf("\"Bad\"", StringComparison.Ordinal);
        int statistics = report.IndexOf("\"Statistics\":{\"N\":1}", bad, StringComparison.Ordinal);
        string file = Write("r.json", report.Remove(statistics, 20).Insert(statistics, "\"Statistics\":null"));
        Run run = RunSource.LoadFile(file);
        Assert.Equal("S.Good", Assert.Single(run.Benchmarks).Id);
        Assert.Equal(("S.Bad", "it failed"), (Assert.Single(run.Failed).Id, run.Failed[0].Failure));
    }

    [Fact]
    public void One_benchmark_under_two_jobs_is_two()
    {
        string report = SyntheticRun.Report(("S", "M", "N=1", [[1]], 0), ("S", "M", "N=1", [[2]], 0));
        int second = report.LastIndexOf("Job-ABC", StringComparison.Ordinal);
        Run run = RunSource.LoadFile(Write("r.json", report.Remove(second, 7).Insert(second, "Job-XYZ")));
        Assert.Equal(["S.M(N=1 Job-ABC)", "S.M(N=1 Job-XYZ)"], run.Benchmarks.Select(b => b.Id));
    }

    [Theory]
    [InlineData("not json", "is not JSON")]
    [InlineData("{}", "neither a JSON report")]
    [InlineData("[1,2]", "neither a JSON report")]
    [InlineData("{\"Benchmarks\":[]}", "HostEnvironmentInfo")]
    [InlineData("{\"Benchmarks\":[{\"Method\":\"M\",\"Statistics\":{}}],\"HostEnvironmentInfo\":{}}", "lacks 'Type' or 'Method'")]
    [InlineData("{\"Benchmarks\":[1],\"HostEnvironmentInfo\":{}}", "not a JSON report")]
    [InlineData("{\"Benchmarks\":{},\"HostEnvironmentInfo\":{}}", "not a JSON report")]
    [InlineData("{\"Benchmarks\":[{\"Type\":\"S\",\"Method\":\"M\",\"Statistics\":{\"OriginalValues\":[\"x\"]}}],\"HostEnvironmentInfo\":{}}", "where a number belongs")]
    [InlineData("{\"fastlossBenchRecord\":2}", "version 2")]
    [InlineData("{\"fastlossBenchRecord\":1}", "damaged")]
    [InlineData("{\"fastlossBenchRecord\":\"x\"}", "version \"x\"")]
    [InlineData("{\"fastlossBenchRecord\":1,\"date\":null,\"commit\":null,\"machine\":{\"cpu\":\"x\"},\"benchmarks\":[]}", "machine lacks")]
    [InlineData("{\"fastlossBenchRecord\":1,\"date\":null,\"commit\":null,\"machine\":{\"cpu\":\"x\",\"operatingSystem\":\"x\",\"architecture\":\"x\",\"runtime\":\"x\"},\"benchmarks\":[{\"type\":\"A\",\"method\":\"m\",\"parameters\":\"\",\"launches\":[]}]}", "no launches")]
    [InlineData("{\"fastlossBenchRecord\":1,\"date\":null,\"commit\":null,\"machine\":{},\"benchmarks\":[{\"launches\":[[1,2]]}]}", "damaged")]
    [InlineData("{\"fastlossBenchRecord\":1,\"date\":null,\"commit\":null,\"machine\":{\"cpu\":\"x\",\"operatingSystem\":\"x\",\"architecture\":\"x\",\"runtime\":\"x\"},\"benchmarks\":[{\"type\":\"A\",\"method\":\"m\",\"parameters\":\"\",\"launches\":[[1,-2,1e999]]}]}", "has a launch of 1, -2")]
    public void What_is_no_run_is_refused_with_the_reason(string content, string reason)
    {
        RunFormatException error = Assert.Throws<RunFormatException>(() => RunSource.LoadFile(Write("x.json", content)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("x.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_reports_is_one_run()
    {
        string results = Directory.CreateDirectory(Path.Combine(_folder, "run", "results")).FullName;
        File.WriteAllText(Path.Combine(results, "a.json"), SyntheticRun.Report(("A", "M", "", [[1]], 0)));
        File.WriteAllText(Path.Combine(results, "b.json"), SyntheticRun.Report(("B", "M", "", [[2]], 0)));
        Run run = RunSource.Load(Path.Combine(_folder, "run"), _folder);
        Assert.Equal(["A.M", "B.M"], run.Benchmarks.Select(b => b.Id));
        Assert.Equal("run", run.Name);
    }

    [Fact]
    public void A_folder_with_two_results_of_one_benchmark_is_refused()
    {
        Write("a.json", SyntheticRun.Report(("A", "M", "", [[1]], 0)));
        Write("b.json", SyntheticRun.Report(("A", "M", "", [[2]], 0)));
        RunFormatException error = Assert.Throws<RunFormatException>(() => RunSource.Load(_folder, _folder));
        Assert.Contains("A.M in a.json and in b.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_is_found_by_part_of_its_name()
    {
        string report = Write("r.json", SyntheticRun.Report(("A", "M", "", [[1]], 0)));
        string records = Path.Combine(_folder, "records");
        string path = RecordCommand.Keep(report, "abc123", records);
        Assert.Equal(Path.Combine(records, "test-cpu-avx512", "2026-01-02-abc123.json"), path);
        Assert.Equal("2026-01-02-abc123", RunSource.Load("abc1", records).Name);
        RecordCommand.Keep(report, "abc456", records);
        Assert.Contains("fits 2 records", Assert.Throws<RunFormatException>(() => RunSource.Load("abc", records)).Message, StringComparison.Ordinal);
        Assert.Contains("no record", Assert.Throws<RunFormatException>(() => RunSource.Load("xyz", records)).Message, StringComparison.Ordinal);
    }

    [Property]
    public Property A_record_keeps_five_digits_of_every_time_and_all_else() => Prop.ForAll(Arb.From(AnyRun), run =>
    {
        Run read = RunSource.LoadFile(Write("record.json", RecordFile.Write(run)));
        Assert.Equal(run.Machine, read.Machine);
        Assert.Equal(run.Date, read.Date);
        Assert.Equal(run.Commit, read.Commit);
        Assert.Equal(run.Benchmarks.Select(b => b.Id).Order(StringComparer.Ordinal), read.Benchmarks.Select(b => b.Id));
        foreach (BenchmarkResult before in run.Benchmarks)
        {
            BenchmarkResult after = read.ById[before.Id];
            Assert.Equal(before.AllocatedBytes, after.AllocatedBytes);
            Assert.All(before.Medians.Zip(after.Medians), pair => Assert.InRange(pair.Second / pair.First, 1 - 5e-5, 1 + 5e-5));
        }
        // Written again it is the same text: nothing is lost twice.
        Assert.Equal(RecordFile.Write(run), RecordFile.Write(read));
    });

    [Fact]
    public void A_record_of_the_same_times_is_the_same_by_every_verdict()
    {
        BenchmarkResult benchmark = SyntheticRun.Benchmark("M", 123.456789, 5, SyntheticRun.NormalNoise(0.001), new Random(3));
        Run run = SyntheticRun.Run("r", benchmark);
        Run read = RunSource.LoadFile(Write("r.json", RecordFile.Write(run)));
        Assert.Equal(Verdict.Same, Assert.Single(RunComparison.Compare(run, read, new()).Benchmarks).Verdict);
    }

    [Theory]
    [InlineData(null, "unknown")]
    [InlineData("AVX512 BITALG+VBMI2,AVX2+BMI1,AVX VectorSize=256", "avx512")]
    [InlineData("AVX-512F+CD+BW+DQ+VL,AVX2 VectorSize=256", "avx512")]
    [InlineData("AVX2+BMI1+BMI2,AVX,SSE3 VectorSize=256", "avx2")]
    [InlineData("SSE3+SSSE3+SSE4.1 VectorSize=128", "sse")]
    [InlineData("AdvSIMD,AES,CRC32 VectorSize=128", "neon")]
    public void The_instruction_set_is_named_by_its_widest_vectors(string? list, string expected) =>
        Assert.Equal(expected, RecordFile.ShortSet(list));

    private static Gen<Run> AnyRun =>
        from count in Gen.Choose(0, 5)
        from seed in Gen.Choose(0, int.MaxValue)
        select Random(count, new Random(seed));

    private static Run Random(int count, Random random) => new(
        "record",
        new DateTime(2020 + random.Next(20), 1 + random.Next(12), 1 + random.Next(28), random.Next(24), random.Next(60), random.Next(60)),
        random.Next(0x10000000).ToString("x", CultureInfo.InvariantCulture),
        SyntheticRun.Machine with { InstructionSet = random.Next(2) == 0 ? null : "AVX2 \"quoted\" <é>" },
        [
            .. Enumerable.Range(0, count).Select(i => new BenchmarkResult(
                $"Suite{i}<Single>",
                "FastLoss",
                random.Next(2) == 0 ? "" : "Shape=10",
                [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Launch.Of([.. Enumerable.Range(0, 3).Select(_ => Math.Pow(10, (random.NextDouble() * 12) - 2))]))],
                random.Next(3) switch { 0 => null, 1 => 0, _ => random.Next(1000) })),
        ]);

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
