using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Reports;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Tests.Bench;

/// <summary>Reports as BenchmarkDotNet writes them, whole and forged.</summary>
public sealed class RealReportTests : IDisposable
{
    private const string Full = "Text.Work-report-full.json", Brief = "Text.Work-report-brief.json";

    private readonly string _folder = Directory.CreateTempSubdirectory("fastloss-reports").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The second run does one thing ten times, on one launch each.</summary>
    [Fact]
    public void A_stock_report_10_times_slower_is_stopped() =>
        Assert.Equal(1, CompareTool.Run("--gate", "--filter", "*Hex*", CompareTool.Data("stock1"), CompareTool.Data("stock2")));

    /// <summary>The same code twice on a busy machine: times up to 2.01 apart, and no wrong verdict.</summary>
    [Fact]
    public void Two_stock_reports_of_the_same_code_are_no_alarm()
    {
        RunComparison comparison = Compare("stock1", "stock3");
        Assert.Equal(4, comparison.Benchmarks.Count);
        Assert.All(comparison.Benchmarks, b => Assert.True(b.IsWeak && b.Verdict is Verdict.Unproven or Verdict.Same, b.Id));
        Assert.Equal(2, CompareTool.Run("--gate", CompareTool.Data("stock1"), CompareTool.Data("stock3")));
    }

    [Fact]
    public void Five_launches_are_strong_evidence()
    {
        RunComparison comparison = Compare("launches1.json", "launches2.json");
        Assert.All(comparison.Benchmarks, b => Assert.False(b.IsWeak, b.Id));
        Assert.All(comparison.Benchmarks.Where(b => b.Id.Contains("Hex", StringComparison.Ordinal)), b => Assert.Equal(Verdict.Slower, b.Verdict));
        Assert.Equal(2, comparison.Benchmarks.Count(b => b.AllocatesMore));
    }

    [Fact]
    public void A_folder_with_four_exports_of_one_run_is_that_run()
    {
        Run run = Load("stock1");
        Assert.Equal(4, run.Benchmarks.Count);
        Assert.All(run.Benchmarks, b => Assert.Equal(25, b.Iterations.Count));
        // A folder of the brief exports alone is the run too, and says what it lacks.
        foreach (string name in (string[])[Brief, "Text.Work-report-brief-compressed.json"])
            File.Copy(Path.Combine(CompareTool.Data("stock1"), "results", name), Path.Combine(_folder, name));
        Run brief = RunSource.Load(_folder, null);
        Assert.Equal(run.Benchmarks.Select(b => (b.Id, b.Iterations.Count, b.AllocatedBytes)), brief.Benchmarks.Select(b => (b.Id, b.Iterations.Count, b.AllocatedBytes)));
        Assert.Contains("brief report", Assert.Single(brief.Remarks), StringComparison.Ordinal);
        Assert.Empty(run.Remarks);
    }

    [Fact]
    public void A_compressed_report_is_the_indented_one()
    {
        string results = Path.Combine(CompareTool.Data("stock1"), "results");
        Run indented = RunSource.LoadFile(Path.Combine(results, Full)), compressed = RunSource.LoadFile(Path.Combine(results, "Text.Work-report-full-compressed.json"));
        Assert.Equal(indented.Benchmarks.Select(b => (b.Id, b.Median)), compressed.Benchmarks.Select(b => (b.Id, b.Median)));
    }

    [Fact]
    public void Types_of_one_name_are_told_apart_by_namespace_and_the_alike_by_their_place()
    {
        Run run = Load("edge1");
        Assert.Contains("Text.Work.Hex(N=10)", run.ById.Keys);
        Assert.Contains("Other.Work.Hex(N=10)", run.ById.Keys);
        Assert.Contains("Text.Work.Sum(N=10)", run.ById.Keys);
        Assert.Contains("Edge.Same(t=thing) #1 of 2", run.ById.Keys);
        Assert.Contains("Edge.Same(t=thing) #2 of 2", run.ById.Keys);
        Assert.Equal("Edge.Fails", Assert.Single(run.Failed).Id);
        Assert.Equal(["Edge", "Other.Work", "Text.Work"], Compare("edge1", "edge2").Groups.Select(g => g.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void One_benchmark_under_two_jobs_is_named_by_the_jobs()
    {
        RunComparison comparison = Compare("jobs.json", "jobs.json");
        Assert.Contains("Edge.Same(t=thing Server) #1 of 2", comparison.Benchmarks.Select(b => b.Id));
        Assert.Equal(comparison.Benchmarks.Count, comparison.Benchmarks.Select(b => b.Id).Distinct().Count());
        Assert.All(comparison.Benchmarks, b => Assert.Equal(1, b.Ratio));
    }

    [Fact]
    public void A_run_with_one_of_two_namesakes_is_compared_with_that_one()
    {
        Run both = Load("edge1"), one = RunSource.LoadFile(Path.Combine(CompareTool.Data("edge2"), "results", Full));
        RunComparison comparison = RunComparison.Compare(both, one, new());
        Assert.Equal("Text.Work.Hex(N=10)", comparison.Benchmarks[0].Id);
        Assert.Contains("Other.Work.Hex(N=10)", comparison.OnlyBefore);
    }

    [Fact]
    public void Of_three_alike_none_is_taken_for_one_of_two()
    {
        Run two = Run("a", 1, 2), three = Run("b", 1, 2, 3);
        RunComparison comparison = RunComparison.Compare(two, three, new());
        Assert.Empty(comparison.Benchmarks);
        Assert.Equal(["S.M #1 of 2", "S.M #2 of 2"], comparison.OnlyBefore);

        static Run Run(string name, params double[] times) =>
            SyntheticRun.Run(name, [.. times.Select(t => new BenchmarkResult("S", "M", "", [new(t, t, t)], 0))]);
    }

    /// <summary>Times of 0 ns: what the harness's overhead leaves of an empty method.</summary>
    [Fact]
    public void Zero_nanoseconds_go_through_every_report()
    {
        string[] files = [.. ((string[])["md", "json", "html", "csv"]).Select(e => Path.Combine(_folder, "o." + e))];
        Assert.Equal(0, CompareTool.Run(
            "--markdown", files[0], "--json", files[1], "--html", files[2], "--csv", files[3], "--top", "100", CompareTool.Data("edge1"), CompareTool.Data("edge2")));
        Assert.All(files, f => Assert.True(new FileInfo(f).Length > 0));
        Assert.DoesNotContain("NaN", File.ReadAllText(files[0]) + File.ReadAllText(files[2]) + File.ReadAllText(files[3]), StringComparison.Ordinal);
        // And through a trend.
        Assert.Equal(0, CompareTool.Run(
            "--markdown", files[0], "--json", files[1], "--html", files[2], "--csv", files[3], CompareTool.Data("edge1"), CompareTool.Data("edge2"), CompareTool.Data("edge1")));
        Assert.DoesNotContain("NaN", File.ReadAllText(files[0]) + File.ReadAllText(files[2]) + File.ReadAllText(files[3]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8", 0xEF)]
    [InlineData("utf-16", 0xFF)]
    [InlineData("utf-16BE", 0xFE)]
    public void A_byte_order_mark_is_none_of_the_report(string encoding, int mark)
    {
        string file = Path.Combine(_folder, Full);
        File.WriteAllText(file, Text(), System.Text.Encoding.GetEncoding(encoding));
        Assert.Equal(mark, File.ReadAllBytes(file)[0]);
        Assert.Equal(4, RunSource.LoadFile(file).Benchmarks.Count);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    public void Bare_numbers_that_json_lacks_are_none(string bare)
    {
        string file = Forged(text => text.Replace("\"N\": 25", $"\"N\": 25, \"StandardError\": {bare}, \"Note\": \"NaN, \\\" -Infinity\"", StringComparison.Ordinal));
        Assert.Equal(4, RunSource.LoadFile(file).Benchmarks.Count);
    }

    [Theory]
    [InlineData("\"Nanoseconds\": NaN", "an iteration has NaN ns")]
    [InlineData("\"Nanoseconds\": -5", "an iteration has -")]
    [InlineData("\"Nanoseconds\": 1e999", "an iteration has ")]
    public void An_iteration_without_a_time_fails_its_benchmark(string forged, string reason)
    {
        int at = Text().IndexOf("\"Nanoseconds\":", StringComparison.Ordinal), end = Text().IndexOf('}', at);
        string file = Forged(text => text.Remove(at, end - at).Insert(at, forged));
        Run run = RunSource.LoadFile(file);
        Assert.Equal(3, run.Benchmarks.Count);
        Assert.StartsWith(reason, Assert.Single(run.Failed).Failure, StringComparison.Ordinal);
        Assert.Equal(1, CompareTool.Run("--gate", CompareTool.Data("stock1"), file));
    }

    [Fact]
    public void Operations_of_zero_fail_the_benchmark_too()
    {
        string file = Forged(text => text.Replace("\"Operations\": ", "\"Operations\": 0.0, \"Was\": ", StringComparison.Ordinal));
        Assert.Equal(4, RunSource.LoadFile(file).Failed.Count);
    }

    [Theory]
    [InlineData(".NET 10.0.12 (10.0.12, 10.0.1226.42308)", ".NET 10.0.11 (10.0.11, 10.0.1126.41000)", true)]
    [InlineData(".NET 10.0.12 (10.0.12, 10.0.1226.42308)", ".NET 9.0.12 (9.0.12, 9.0.1226.1)", false)]
    [InlineData(".NET Framework 4.8.1 (4.8.9181.0)", ".NET Framework 4.8 (4.8.4390.0), X64 RyuJIT", true)]
    [InlineData(".NET Framework 4.8.1 (4.8.9181.0)", ".NET Framework 4.7.2", false)]
    [InlineData(".NET 10.0.12", "NativeAOT 10.0.12", false)]
    [InlineData(".NET 10.0.12", "", true)]
    public void A_servicing_release_is_the_same_machine(string one, string other, bool same)
    {
        Machine machine = SyntheticRun.Machine with { Runtime = one }, patched = SyntheticRun.Machine with { Runtime = other };
        Assert.Equal(same, !machine.DifferencesFrom(patched).Any());
        Assert.Equal(same, !patched.DifferencesFrom(machine).Any());
    }

    [Fact]
    public void A_servicing_release_is_said()
    {
        string file = Forged(text => text.Replace(".NET 10.0.12 (10.0.12,", ".NET 10.0.11 (10.0.11,", StringComparison.Ordinal));
        string markdown = Path.Combine(_folder, "o.md");
        Assert.Equal(0, CompareTool.Run("--markdown", markdown, CompareTool.Data("stock1"), file));
        Assert.Contains("servicing releases of one version", File.ReadAllText(markdown), StringComparison.Ordinal);
    }

    /// <summary>Cut anywhere, a report is refused by name or read; nothing else happens.</summary>
    [Fact]
    public void A_report_cut_short_is_refused_by_name()
    {
        string text = Text();
        for (int length = 0; length < text.Length - 5; length += 199)
        {
            string file = Forged(t => t[..length]);
            Assert.Contains(Full, Assert.Throws<RunFormatException>(() => RunSource.LoadFile(file)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_byte_may_be_damaged()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(CompareTool.Data("stock1"), "results", Brief));
        Random random = new(5);
        for (int trial = 0; trial < 1_000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int i = 0; i < 3; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            string file = Path.Combine(_folder, Brief);
            File.WriteAllBytes(file, damaged);
            try
            {
                CompareTool.Run("--gate", "--different-machines", CompareTool.Data("stock1"), file);
            }
            catch (BenchException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }
    }

    /// <summary>A job without a name, and characters that no terminal, page or plot can show.</summary>
    [Fact]
    public void Names_may_hold_anything()
    {
        string file = Forged(text => text.Replace("\"DisplayInfo\": \"Work", "\"DisplayInfo\": \": [\", \"Was\": \"Work", StringComparison.Ordinal)
            .Replace("\"Parameters\": \"N=10\"", "\"Parameters\": \"\\u0000\\u202e=\\n\\\"\"", StringComparison.Ordinal));
        string[] files = [.. ((string[])["md", "json", "html", "csv"]).Select(e => Path.Combine(_folder, "o." + e))];
        Assert.Equal(0, CompareTool.Run("--markdown", files[0], "--json", files[1], "--html", files[2], "--csv", files[3], file, file));
        Assert.All(files, f => Assert.DoesNotContain('\0', File.ReadAllText(f)));
    }

    [Fact]
    public void A_folder_leaves_out_what_is_no_report_and_says_so()
    {
        File.Copy(Path.Combine(CompareTool.Data("stock1"), "results", Full), Path.Combine(_folder, Full));
        File.WriteAllText(Path.Combine(_folder, "package.json"), "{ \"name\": \"x\" }");
        Run run = RunSource.Load(_folder, null);
        Assert.Equal(4, run.Benchmarks.Count);
        Assert.Contains("package.json is no report", Assert.Single(run.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", 4)]
    [InlineData("*Hex*", 2)]
    [InlineData("*Hex", 0)]
    [InlineData("Work.Hex(N=??)", 1)]
    [InlineData("Text.Work.*", 4)]
    [InlineData("hex", 2)]
    [InlineData("N=1000", 2)]
    public void A_filter_is_a_glob_or_a_word(string filter, int count) =>
        Assert.Equal(count, new NamePatterns([filter], []).Of(Load("stock1")).Benchmarks.Count);

    [Fact]
    public void Top_and_changes_shorten_the_table_and_nothing_else()
    {
        RunComparison comparison = Compare("stock1", "stock2");
        Assert.Equal(["Work.Hex(N=10)", "Work.Hex(N=1000)"], comparison.Showing(onlyChanges: true, null).Shown.Select(b => b.Id));
        Assert.Equal(["Work.Hex(N=10)"], comparison.Showing(onlyChanges: false, 1).Shown.Select(b => b.Id));
        string csv = Path.Combine(_folder, "o.csv"), markdown = Path.Combine(_folder, "o.md");
        Assert.Equal(1, CompareTool.Run("--gate", "--top", "1", "--changes", "--csv", csv, "--markdown", markdown, CompareTool.Data("stock1"), CompareTool.Data("stock2")));
        Assert.Equal(5, File.ReadLines(csv).Count());
        Assert.Contains("The table shows 1.", File.ReadAllText(markdown), StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_quotes_what_a_name_may_hold_and_gives_allocations_as_percentages()
    {
        string csv = Path.Combine(_folder, "o.csv");
        CompareTool.Run("--csv", csv, CompareTool.Data("edge1"), CompareTool.Data("edge2"));
        string text = File.ReadAllText(csv);
        Assert.Contains("\"Edge.Odd(t=a|b <c> \"\"é\"\" ,;)\",Edge,unproven,iterations,no,0,", text, StringComparison.Ordinal);
        Assert.Contains("Edge.Fails,Edge,new,", text, StringComparison.Ordinal);
        CompareTool.Run("--csv", csv, CompareTool.Data("stock1"), CompareTool.Data("stock2"));
        Assert.Contains(",64,640,900", File.ReadAllText(csv), StringComparison.Ordinal);
        CompareTool.Run("--csv", csv, CompareTool.Data("edge2"), CompareTool.Data("edge1"));
        Assert.Contains("Edge.Fails,Edge,failed,", File.ReadAllText(csv), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_keeps_a_table_whatever_a_name_holds()
    {
        Run run = SyntheticRun.Run("a", new BenchmarkResult("S", "M", "t=a|b\\|c\n<d>", [new(1, 1, 1)], 0));
        string row = Assert.Single(MarkdownReport.Write(RunComparison.Compare(run, run, new())).Split('\n'), l => l.StartsWith("| S.M", StringComparison.Ordinal));
        Assert.StartsWith(@"| S.M(t=a\|b\\\|c &lt;d&gt;) | 1.000 ns |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_readme_is_what_the_tool_writes()
    {
        string readme = CompareTool.Readme();
        int begin = readme.IndexOf("<!-- example:begin -->\n", StringComparison.Ordinal) + 23, end = readme.IndexOf("<!-- example:end -->", StringComparison.Ordinal);
        Assert.Contains("\n\n" + readme[begin..end] + "\n", MarkdownReport.Write(Compare("launches1.json", "launches2.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_of_launches_that_readme_gives_are_the_tools()
    {
        double[] noises = [0.01, 0.02, 0.04, 0.10];
        string[][] rows = CompareTool.ReadmeTable("| change | 1 % noise |");
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(
            noises.Select(noise => LaunchTest.LaunchesToDecide(CompareTool.Number(row[0]) / 100, noise, new())),
            row.Skip(1).Select(cell => (int?)CompareTool.Number(cell))));
    }

    private static Run Load(string name) => RunSource.Load(CompareTool.Data(name), null);

    private static RunComparison Compare(string before, string after) => RunComparison.Compare(Load(before), Load(after), new());

    private static string Text() => File.ReadAllText(Path.Combine(CompareTool.Data("stock1"), "results", Full));

    private string Forged(Func<string, string> forge)
    {
        string file = Path.Combine(_folder, Full);
        File.WriteAllText(file, forge(Text()));
        return file;
    }
}
