using FastLoss.Bench.Analysis.Commands;
using FastLoss.Bench.Analysis.Readme;
using FastLoss.Bench.Analysis.Runs;

namespace FastLoss.Tests.Bench;

/// <summary>README's speed table says what the records say.</summary>
public sealed class SpeedTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fastloss-readme").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The real README against the real records: after a new record, run <c>bench readme</c>.</summary>
    [Fact]
    public void The_readme_of_this_repository_is_not_stale()
    {
        string root = Repository.Root;
        IReadOnlyList<Run> records = SpeedTable.Newest(Path.Combine(root, "bench", "results"));
        Assert.SkipWhen(records.Count == 0, "no record has been committed yet");
        Assert.Equal(0, ReadmeCommand.Run(Path.Combine(root, "README.md"), Path.Combine(root, "bench", "results"), check: true));
    }

    [Fact]
    public void The_table_is_written_between_the_markers_and_then_is_fresh()
    {
        string records = Record("2026-01-02", "aaa", factor: 1);
        string readme = Readme($"before\n{MarkedSection.Begin}\nold\n{MarkedSection.End}\nafter\n");
        Assert.Equal(1, ReadmeCommand.Run(readme, records, check: true));
        Assert.Contains("old", File.ReadAllText(readme), StringComparison.Ordinal);
        Assert.Equal(0, ReadmeCommand.Run(readme, records, check: false));
        Assert.Equal(0, ReadmeCommand.Run(readme, records, check: true));
        string text = File.ReadAllText(readme);
        Assert.StartsWith("before\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nafter\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Contains("| Softmax | 4096 | 0.250 ns | 8.0x | 1.25 | 0 |", text, StringComparison.Ordinal);
        Assert.Contains("| Softmax | 4000 x 10 | 3.00 ns a row |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_record_makes_the_readme_stale()
    {
        string records = Record("2026-01-02", "aaa", factor: 1);
        string readme = Readme($"{MarkedSection.Begin}\n{MarkedSection.End}\n");
        Assert.Equal(0, ReadmeCommand.Run(readme, records, check: false));
        Record("2026-02-01", "bbb", factor: 2);
        Assert.Equal(1, ReadmeCommand.Run(readme, records, check: true));
        Assert.Equal(0, ReadmeCommand.Run(readme, records, check: false));
        Assert.Contains("2026-02-01-bbb", File.ReadAllText(readme), StringComparison.Ordinal);
        Assert.DoesNotContain("2026-01-02-aaa", File.ReadAllText(readme), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no markers")]
    [InlineData(MarkedSection.End + "\n" + MarkedSection.Begin)]
    [InlineData(MarkedSection.Begin)]
    public void A_readme_without_both_markers_in_order_is_refused_and_left_alone(string text)
    {
        string readme = Readme(text);
        Assert.Throws<BenchException>(() => ReadmeCommand.Run(readme, Record("2026-01-02", "aaa", 1), check: false));
        Assert.Equal(text, File.ReadAllText(readme));
    }

    [Fact]
    public void Without_records_the_command_says_how_to_make_one() =>
        Assert.Contains("--record", Assert.Throws<BenchException>(() => ReadmeCommand.Run(Readme(""), _folder + "/none", check: true)).Message, StringComparison.Ordinal);

    private string Readme(string text)
    {
        string path = Path.Combine(_folder, "README.md");
        File.WriteAllText(path, text);
        return path;
    }

    private string Record(string date, string commit, double factor)
    {
        BenchmarkResult Of(string method, string size, double time) =>
            new("SoftmaxSuite<Single>", method, $"Shape={size}", [new(time, time, time)], 0);

        Run run = new("r", DateTime.Parse(date, System.Globalization.CultureInfo.InvariantCulture), commit, SyntheticRun.Machine,
        [
            Of("FastLoss", "4096", 1024 * factor),
            Of("TensorPrimitives", "4096", 8192 * factor),
            Of("MemoryLimit", "4096", 819.2 * factor),
            Of("MemoryLimitNonTemporal", "4096", 2000 * factor),
            Of("FastLoss", "4000x10", 12000 * factor),
        ]);
        string records = Path.Combine(_folder, "results");
        string path = Path.Combine(records, RecordFile.PathFor(run));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, RecordFile.Write(run));
        return records;
    }
}
