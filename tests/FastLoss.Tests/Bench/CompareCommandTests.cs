using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Reports;
using FastLoss.BenchCompare.Runs;
using Spectre.Console;

namespace FastLoss.Tests.Bench;

/// <summary>The `compare` command as a user calls it: files in, exit code and reports out.</summary>
public sealed partial class CompareCommandTests : IDisposable
{
    private static readonly double[] s_quiet = [100, 100.1, 100.2, 99.9, 99.8];

    private readonly string _folder = Directory.CreateTempSubdirectory("fastloss-compare").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Test CPU", "Other CPU", "the CPU is Test CPU")]
    [InlineData(".NET 10.0.0", ".NET 11.0.0", "the runtime is .NET 10.0.0")]
    [InlineData(".NET 10.0.0", ".NET 10.1.0", "the runtime is .NET 10.0.0")]
    [InlineData("AVX512 F", "AVX10 F", "the instruction sets are AVX512")]
    public void Different_machines_are_refused_unless_told(string was, string becomes, string reason)
    {
        string other = Report("b", 1);
        File.WriteAllText(other, File.ReadAllText(other).Replace(was, becomes, StringComparison.Ordinal));
        BenchException error = Assert.Throws<BenchException>(() => Run(Report("a", 1), other));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("--different-machines", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Run("--different-machines", Report("a", 1), other));
    }

    [Fact]
    public void An_unknown_instruction_set_is_not_taken_for_a_different_one()
    {
        string other = Report("b", 1);
        File.WriteAllText(other, File.ReadAllText(other).Replace("HardwareIntrinsics", "Hardware", StringComparison.Ordinal));
        Assert.Equal(0, Run(Report("a", 1), other));
    }

    [Fact]
    public void Runs_without_a_common_benchmark_are_refused()
    {
        BenchException error = Assert.Throws<BenchException>(() => Run("--filter", "nothing", Report("a", 1), Report("b", 1)));
        Assert.Contains("no benchmark in common", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--significance", "1")]
    [InlineData("--significance", "0")]
    [InlineData("--significance", "many")]
    [InlineData("--threshold", "NaN")]
    [InlineData("--threshold", "5")]
    [InlineData("--threshold", "-1%")]
    [InlineData("--threshold", "10parsecs")]
    [InlineData("--threshold", "1e999%")]
    [InlineData("--launch-noise", "-1%")]
    [InlineData("--top", "0")]
    public void Senseless_thresholds_are_refused(string option, string value) =>
        Assert.Contains(option, Assert.Throws<BenchException>(() => Run($"{option}={value}", Report("a", 1), Report("b", 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_refused_by_name() =>
        Assert.Contains("nowhere.json", Assert.Throws<BenchException>(() => Run("nowhere.json", Report("b", 1))).Message, StringComparison.Ordinal);

    [Fact]
    public void One_run_is_not_enough() => Assert.NotEmpty(Parse(Report("a", 1)).Errors);

    [Fact]
    public void Markdown_is_a_table_with_every_benchmark_and_verdict()
    {
        string markdown = Written("--markdown", "md", Report("a", 1), Report("b", 1.1));
        string row = Assert.Single(markdown.Split('\n'), l => l.StartsWith("| Suite&lt;Single&gt;.Quiet", StringComparison.Ordinal));
        Assert.Contains("| 100.0 ns | 110.0 ns | +10.0 % |", row, StringComparison.Ordinal);
        Assert.Contains("**slower**", row, StringComparison.Ordinal);
        int columns = row.Count(c => c == '|');
        Assert.All(markdown.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Take(4), l => Assert.Equal(columns, l.Count(c => c == '|')));
    }

    [Fact]
    public void Json_tells_what_the_table_tells()
    {
        using JsonDocument json = JsonDocument.Parse(Written("--json", "json", Report("a", 1), Report("b", 1.1, allocated: 32)));
        JsonElement quiet = json.RootElement.GetProperty("benchmarks").EnumerateArray().Single(b => b.GetProperty("id").GetString()!.Contains("Quiet", StringComparison.Ordinal));
        Assert.Equal("slower", quiet.GetProperty("verdict").GetString());
        Assert.Equal(1.1, quiet.GetProperty("ratio").GetDouble(), 9);
        Assert.Equal(5, quiet.GetProperty("after").GetArrayLength());
        Assert.Equal(32, quiet.GetProperty("allocatedAfter").GetDouble());
        // Two benchmarks, each slower and allocating more.
        Assert.Equal(4, json.RootElement.GetProperty("gate").GetProperty("failures").GetArrayLength());
        Assert.Equal(1, json.RootElement.GetProperty("gate").GetProperty("exitCode").GetInt32());
        Assert.Equal("launches", quiet.GetProperty("evidence").GetString());
        Assert.Equal(1.1, json.RootElement.GetProperty("groups")[0].GetProperty("geometricMean").GetDouble(), 9);
    }

    [Fact]
    public void Html_is_one_page_with_every_launch_as_a_dot()
    {
        string html = Written("--html", "html", Report("a", 1), Report("b", 1.1));
        Assert.DoesNotMatch(@"(src|href)\s*=\s*""http", html);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        string svg = html[html.IndexOf("<svg", StringComparison.Ordinal)..(html.IndexOf("</svg>", StringComparison.Ordinal) + 6)];
        XElement plot = XElement.Parse(svg);
        // Two benchmarks, five launches before and five after.
        Assert.Equal(20, plot.Descendants().Count(e => e.Name.LocalName == "ellipse"));
        Assert.Equal(2, TableRow().Count(html));
    }

    [Fact]
    public void A_trend_shows_every_run_and_marks_the_proven_steps()
    {
        string markdown = Written("--markdown", "md", Report("a", 1), Report("b", 0.5), Report("c", 0.75));
        string row = Assert.Single(markdown.Split('\n'), l => l.StartsWith("| Suite&lt;Single&gt;.Quiet", StringComparison.Ordinal));
        Assert.Equal("| Suite&lt;Single&gt;.Quiet(Shape=1) | 100.0 ns | 50.00 ns (faster) | 75.00 ns (slower) | **-25.0 %** |", row);
        string html = Written("--html", "html", Report("a", 1), Report("b", 0.5), Report("c", 0.75));
        Assert.Contains("<svg", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trend_steps_over_a_run_that_lacks_the_benchmark()
    {
        Trend trend = Trend.Of(
            [
                SyntheticRun.Run("a", SyntheticRun.Exact("M", 0, s_quiet)),
                SyntheticRun.Run("b", SyntheticRun.Exact("Other", 0, s_quiet)),
                SyntheticRun.Run("c", SyntheticRun.Exact("M", 0, [.. s_quiet.Select(q => q * 2)])),
            ],
            new());
        TrendLine line = Assert.Single(trend.Lines);
        Assert.Equal([null, null, Verdict.Slower], line.Steps);
        Assert.Equal(2, line.Ratio, 9);
    }

    [Fact]
    public void The_geometric_mean_is_over_each_suite()
    {
        RunComparison comparison = RunComparison.Compare(
            SyntheticRun.Run("a", SyntheticRun.Exact("One", 0, 10), SyntheticRun.Exact("Two", 0, 10), SyntheticRun.Exact("Gone", 0, 10)),
            SyntheticRun.Run("b", SyntheticRun.Exact("One", 0, 20), SyntheticRun.Exact("Two", 0, 5), SyntheticRun.Exact("New", 0, 10)),
            new());
        Assert.Equal(new GroupComparison("Suite<Single>", 2, 1), Assert.Single(comparison.Groups));
        Assert.Equal(["Suite<Single>.Gone(Shape=1000)"], comparison.OnlyBefore);
        Assert.Equal(["Suite<Single>.New(Shape=1000)"], comparison.OnlyAfter);
    }

    [Fact]
    public void The_terminal_shows_the_verdict_of_every_benchmark()
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 200;
        TerminalReport.Write(console, RunComparison.Compare(
            RunSource.LoadFile(Report("a", 1)), RunSource.LoadFile(Report("b", 1.1, allocated: 24)), new()));
        string output = text.ToString();
        Assert.Matches(@"Suite<Single>\.Quiet\(Shape=1\)\s+100\.0 ns\s+110\.0 ns\s+\+10\.0 %\s+\S+ %\s+0 -> 24\s+new\s+slower, allocates more", output);
        Assert.Contains("2 benchmarks: ", output, StringComparison.Ordinal);
    }

    [GeneratedRegex("<tr class=\"(?:slower|faster|same|unproven)\">")]
    private static partial Regex TableRow();

    /// <summary>A report of a quiet benchmark, and of one whose launches jump between two times.</summary>
    private string Report(string name, double factor, double allocated = 0)
    {
        string path = Path.Combine(_folder, $"{name}.json");
        File.WriteAllText(path, SyntheticRun.Report(
            ("Suite<Single>", "Quiet", "Shape=1", [.. s_quiet.Select(q => (double[])[q * factor])], allocated),
            ("Suite<Single>", "Steady", "Shape=1", [.. s_quiet.Select(q => (double[])[q * factor * 3])], allocated)));
        return path;
    }

    private string Written(string option, string extension, params string[] runs)
    {
        string path = Path.Combine(_folder, $"out.{extension}");
        Assert.Equal(0, Run([option, path, .. runs]));
        return File.ReadAllText(path);
    }

    private static ParseResult Parse(params string[] arguments) => CompareCommand.CreateRoot("bench-compare").Parse(arguments);

    private static int Run(params string[] arguments) =>
        Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = TextWriter.Null, Error = TextWriter.Null });
}
