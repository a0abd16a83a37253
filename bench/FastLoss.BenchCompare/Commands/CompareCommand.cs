using System.CommandLine;
using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Reports;
using FastLoss.BenchCompare.Runs;
using Spectre.Console;

namespace FastLoss.BenchCompare.Commands;

/// <summary>`bench-compare BASE NEW [MORE...]`: what changed between runs, and whether it is proven.</summary>
public sealed class CompareCommand
{
    private static readonly Thresholds s_standard = new();

    private readonly Argument<string[]> _runs = new("runs")
    {
        Description = "Two runs, or more for a trend: a JSON report of BenchmarkDotNet (full, brief or compressed), a folder of them, or part of a record's name.",
        Arity = new ArgumentArity(2, 1000),
    };

    private readonly Option<string[]> _threshold = new("--threshold")
    {
        Description = "What is no difference, as a share (5%, 0.05) or as a time (10ns, 1us); give both and a difference exceeds both. Default: 1% and 0.2ns.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _significance = new("--significance")
    {
        Description = "The chance of each wrong verdict; 0.5% needs 5 launches in each run, 5% needs 3.",
        DefaultValueFactory = _ => "0.5%",
    };

    private readonly Option<string> _launchNoise = new("--launch-noise")
    {
        Description = "How far launches of the same code may lie apart; where a run has too few launches, only a larger change is one.",
        DefaultValueFactory = _ => "100%",
    };

    private readonly Option<string[]> _filter = new("--filter")
    {
        Description = "Only benchmarks whose name fits this glob, or holds this word (repeat for more).",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "No benchmark whose name fits this glob, or holds this word (repeat for more).",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _top = new("--top") { Description = "Show only this many benchmarks, the largest changes first." };
    private readonly Option<bool> _changes = new("--changes") { Description = "Show only what is proven faster or slower, or allocates otherwise." };
    private readonly Option<FileInfo?> _markdown = new("--markdown") { Description = "Also write the tables as Markdown to this file." };
    private readonly Option<FileInfo?> _json = new("--json") { Description = "Also write everything as JSON to this file." };
    private readonly Option<FileInfo?> _html = new("--html") { Description = "Also write a page with a plot of all launches to this file." };
    private readonly Option<FileInfo?> _csv = new("--csv") { Description = "Also write every benchmark as a row of CSV to this file." };

    private readonly Option<bool> _gate = new("--gate")
    {
        Description = "Exit with 1 where a benchmark is proven slower, allocates more, failed or vanished; with 2 where it is not proven; with 0 where all are proven not slower.",
    };

    private readonly Option<bool> _force = new("--different-machines") { Description = "Compare even if CPU, runtime or instruction set differ." };

    private const string Purpose = "Compare runs of BenchmarkDotNet benchmark by benchmark, with a verdict for each difference.";

    private readonly string _program;
    private readonly Func<string?> _recordsFolder;

    private CompareCommand(string program, Func<string?> recordsFolder) => (_program, _recordsFolder) = (program, recordsFolder);

    /// <summary>The command as a whole program.</summary>
    public static RootCommand CreateRoot(string program)
    {
        RootCommand root = new(Purpose);
        new CompareCommand(program, () => null).AddTo(root);
        return root;
    }

    /// <summary>The command as one of several.</summary>
    /// <param name="program">What messages begin with.</param>
    /// <param name="recordsFolder">Where parts of a record's name are looked for; null for nowhere. Asked for when it is needed.</param>
    public static Command Create(string program, Func<string?> recordsFolder)
    {
        Command command = new("compare", Purpose);
        new CompareCommand(program, recordsFolder).AddTo(command);
        return command;
    }

    private void AddTo(Command command)
    {
        command.Arguments.Add(_runs);
        foreach (Option option in (Option[])[_threshold, _significance, _launchNoise, _filter, _exclude, _top, _changes, _gate, _force, _markdown, _json, _html, _csv])
            command.Options.Add(option);
        command.SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        Thresholds thresholds = ThresholdsOf(parsed);
        int? top = parsed.GetValue(_top);
        if (top < 1) throw new BenchException($"--top is {top}; it must be at least 1.");
        NamePatterns names = new(parsed.GetRequiredValue(_filter), parsed.GetRequiredValue(_exclude));
        Output output = new(parsed.GetValue(_markdown), parsed.GetValue(_json), parsed.GetValue(_html), parsed.GetValue(_csv));
        Run[] runs = [.. Load(parsed.GetRequiredValue(_runs)).Select(names.Of)];
        if (!parsed.GetRequiredValue(_force)) RequireOneMachine(runs);
        bool gate = parsed.GetRequiredValue(_gate);
        // The gate asks about the newest run and the one before it, also at the end of a trend.
        RunComparison comparison = RunComparison.Compare(runs[^2], runs[^1], thresholds).Showing(parsed.GetRequiredValue(_changes), top);
        RequireSomething(comparison, gate);
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 180;
        if (runs.Length > 2) output.Write(Trend.Of(runs, thresholds), AnsiConsole.Console);
        else output.Write(comparison, AnsiConsole.Console);
        return gate ? Judge(comparison) : 0;
    }

    private int Judge(RunComparison comparison)
    {
        Gate gate = Gate.Of(comparison);
        foreach (string sentence in gate.Failures.Concat(gate.Unproven)) Console.Error.WriteLine($"{_program}: {sentence}");
        return gate.ExitCode;
    }

    private Thresholds ThresholdsOf(ParseResult parsed)
    {
        Thresholds thresholds = s_standard with
        {
            Significance = Share(_significance, parsed.GetRequiredValue(_significance)),
            LaunchNoise = Share(_launchNoise, parsed.GetRequiredValue(_launchNoise)),
        };
        if (thresholds.Significance is not (> 0 and < 1))
            throw new BenchException($"--significance is {parsed.GetRequiredValue(_significance)}; it must be between 0% and 100%.");
        foreach (string text in parsed.GetRequiredValue(_threshold).SelectMany(t => t.Split(',')))
        {
            if (Amount.Time(text) is { } nanoseconds) thresholds = thresholds with { Nanoseconds = nanoseconds };
            else thresholds = thresholds with { Relative = Share(_threshold, text) };
        }
        // 5 for 5 % is a slip that would pass everything.
        return thresholds.Relative < 1 ? thresholds : throw new BenchException(
            $"--threshold is {thresholds.Relative:0.##%}; write 5% or 0.05 for five percent, 10ns for a time.");
    }

    private static double Share(Option option, string text) => Amount.Share(text)
        ?? throw new BenchException($"{option.Name} is '{text}'; write a share such as 5% or 0.05{(option.Name == "--threshold" ? ", or a time such as 10ns" : "")}, 0 or more.");

    private IReadOnlyList<Run> Load(string[] names)
    {
        try
        {
            return RunNames.Together([.. names.Select(name => RunSource.Load(name, _recordsFolder()))]);
        }
        catch (RunFormatException error)
        {
            throw new BenchException(error.Message);
        }
    }

    private static void RequireOneMachine(Run[] runs)
    {
        foreach (Run run in runs.Skip(1))
        {
            if (run.Machine.DifferencesFrom(runs[0].Machine).FirstOrDefault() is { } difference)
                throw new BenchException($"{runs[0].Name} and {run.Name} are of different machines: {difference}. --different-machines compares them all the same.");
        }
    }

    /// <summary>Nothing in common is a mistake, except for a gate where what there was failed or vanished: that it must name.</summary>
    private static void RequireSomething(RunComparison comparison, bool gate)
    {
        if (comparison.Benchmarks.Count > 0 || (gate && Gate.Of(comparison).Failures.Count > 0)) return;
        string failed = comparison.Failed.Count > 0 ? $" Failed in {comparison.After.Name}: {string.Join(", ", comparison.Failed.Select(f => f.Id))}." : "";
        throw new BenchException($"{comparison.Before.Name} and {comparison.After.Name} have no benchmark in common.{failed}");
    }

    private sealed record Output(FileInfo? Markdown, FileInfo? Json, FileInfo? Html, FileInfo? Csv)
    {
        public void Write(RunComparison comparison, IAnsiConsole console)
        {
            TerminalReport.Write(console, comparison);
            Write(() => MarkdownReport.Write(comparison), () => JsonReport.Write(comparison), () => HtmlReport.Write(comparison), () => CsvReport.Write(comparison));
        }

        public void Write(Trend trend, IAnsiConsole console)
        {
            TerminalReport.Write(console, trend);
            Write(() => MarkdownReport.Write(trend), () => JsonReport.Write(trend), () => HtmlReport.Write(trend), () => CsvReport.Write(trend));
        }

        private void Write(Func<string> markdown, Func<string> json, Func<string> html, Func<string> csv)
        {
            foreach ((FileInfo? file, Func<string> content) in ((FileInfo?, Func<string>)[])[(Markdown, markdown), (Json, json), (Html, html), (Csv, csv)])
                if (file is not null)
                    File.WriteAllText(file.FullName, content());
        }
    }
}
