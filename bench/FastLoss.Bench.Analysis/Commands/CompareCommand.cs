using System.CommandLine;
using FastLoss.Bench.Analysis.Comparison;
using FastLoss.Bench.Analysis.Reports;
using FastLoss.Bench.Analysis.Runs;
using Spectre.Console;

namespace FastLoss.Bench.Analysis.Commands;

/// <summary>`compare BASE NEW [MORE...]`: what changed between runs, and whether it is proven.</summary>
public static class CompareCommand
{
    public static Command Create()
    {
        Thresholds standard = new();
        Argument<string[]> runs = new("runs")
        {
            Description = "Two runs, or more for a trend: a report (-report-full.json), a folder of them, or part of a record's name.",
            Arity = new ArgumentArity(2, 1000),
        };
        Option<double> relative = new("--threshold")
        {
            Description = "The share of the time that is no difference.",
            DefaultValueFactory = _ => standard.Relative,
        };
        Option<double> nanoseconds = new("--threshold-ns")
        {
            Description = "The nanoseconds that are no difference.",
            DefaultValueFactory = _ => standard.Nanoseconds,
        };
        Option<double> significance = new("--significance")
        {
            Description = "The chance of each wrong verdict; 0.005 needs 5 launches a side.",
            DefaultValueFactory = _ => standard.Significance,
        };
        Option<string[]> filter = new("--filter")
        {
            Description = "Only benchmarks whose name holds this text (repeat for more).",
            DefaultValueFactory = _ => [],
        };
        Option<FileInfo?> markdown = new("--markdown") { Description = "Also write the tables as Markdown to this file." };
        Option<FileInfo?> json = new("--json") { Description = "Also write everything as JSON to this file." };
        Option<FileInfo?> html = new("--html") { Description = "Also write a page with a plot of all launches to this file." };
        Option<bool> gate = new("--gate") { Description = "Exit with 1 on a proven slowdown or any new allocation." };
        Option<bool> force = new("--different-machines") { Description = "Compare even if CPU, runtime or instruction set differ." };
        Command command = new("compare", "Compare runs benchmark by benchmark, with a verdict for each difference.")
        {
            runs, relative, nanoseconds, significance, filter, markdown, json, html, gate, force,
        };
        command.SetAction(parsed =>
        {
            Thresholds thresholds = new(
                NonNegative(relative), NonNegative(nanoseconds), InUnitInterval(parsed.GetRequiredValue(significance)));
            Run[] loaded =
            [
                .. parsed.GetRequiredValue(runs).Select(name => Filtered(Load(name), parsed.GetRequiredValue(filter))),
            ];
            if (!parsed.GetRequiredValue(force)) RequireOneMachine(loaded);
            Output output = new(parsed.GetValue(markdown), parsed.GetValue(json), parsed.GetValue(html));
            return Compare(loaded, thresholds, output, parsed.GetRequiredValue(gate));

            double NonNegative(Option<double> option)
            {
                double value = parsed.GetRequiredValue(option);
                return value >= 0 && double.IsFinite(value) ? value : throw new BenchException($"{option.Name} is {value}; it must be 0 or more.");
            }
        });
        return command;
    }

    private static int Compare(Run[] runs, Thresholds thresholds, Output output, bool gate)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 180;
        // The gate asks about the newest run and the one before it, also at the end of a trend.
        RunComparison comparison = RunComparison.Compare(runs[^2], runs[^1], thresholds);
        if (comparison.Benchmarks.Count == 0) throw new BenchException($"{runs[^2].Name} and {runs[^1].Name} have no benchmark in common.");
        if (runs.Length > 2)
        {
            Trend trend = Trend.Of(runs, thresholds);
            TerminalReport.Write(AnsiConsole.Console, trend);
            output.Write(() => MarkdownReport.Write(trend), () => JsonReport.Write(trend), () => HtmlReport.Write(trend));
        }
        else
        {
            TerminalReport.Write(AnsiConsole.Console, comparison);
            output.Write(() => MarkdownReport.Write(comparison), () => JsonReport.Write(comparison), () => HtmlReport.Write(comparison));
        }
        if (!gate) return 0;
        BenchmarkComparison[] regressions = [.. comparison.Regressions];
        foreach (BenchmarkComparison r in regressions)
            Console.Error.WriteLine($"bench: {r.Id} {(r.AllocatesMore ? $"allocates {r.AllocationChange} bytes more" : "is proven slower")}.");
        return regressions.Length == 0 ? 0 : 1;
    }

    private static Run Load(string name)
    {
        try
        {
            return RunSource.Load(name, Repository.Records);
        }
        catch (RunFormatException error)
        {
            throw new BenchException(error.Message);
        }
    }

    private static Run Filtered(Run run, string[] words) => words.Length == 0 ? run : run with
    {
        Benchmarks = [.. run.Benchmarks.Where(b => words.Any(w => b.Id.Contains(w, StringComparison.OrdinalIgnoreCase)))],
    };

    private static void RequireOneMachine(Run[] runs)
    {
        foreach (Run run in runs.Skip(1))
        {
            if (run.Machine.DifferencesFrom(runs[0].Machine).FirstOrDefault() is { } difference)
                throw new BenchException($"{runs[0].Name} and {run.Name} are of different machines: {difference}. --different-machines compares them all the same.");
        }
    }

    private static double InUnitInterval(double value) =>
        value is > 0 and < 1 ? value : throw new BenchException($"--significance is {value}; it must be between 0 and 1.");

    private sealed record Output(FileInfo? Markdown, FileInfo? Json, FileInfo? Html)
    {
        public void Write(Func<string> markdown, Func<string> json, Func<string> html)
        {
            if (Markdown is not null) File.WriteAllText(Markdown.FullName, markdown());
            if (Json is not null) File.WriteAllText(Json.FullName, json());
            if (Html is not null) File.WriteAllText(Html.FullName, html());
        }
    }
}
