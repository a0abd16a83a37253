using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Reporting;
using FastLoss.Bench.Suites;
using FastLoss.BenchCompare.Commands;
using Spectre.Console;

namespace FastLoss.Bench.Commands;

/// <summary>`quick`: the headline routines in under three minutes, without BenchmarkDotNet.</summary>
internal static class QuickCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often each contender is timed.", DefaultValueFactory = _ => 21 };
        Command command = new("quick", "Time the headline routines against every rival and the memory's limit, in under three minutes.") { rounds };
        SelectionOptions options = new(command);
        command.SetAction(parsed => Run(options.Of(parsed), parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static int Run(Selection selection, int rounds)
    {
        IReadOnlyList<Headline> headlines = Headline.Select(selection);
        if (headlines.Count == 0) throw new BenchException(
            selection.Suites.Any()
                ? $"no routine of that name is measured at {string.Join(", ", selection.Shapes)}; write 4096 for one row or 4000x10 for a batch."
                : "no routine has that name; try --routine softmax.");
        if (rounds < 1) throw new BenchException($"--rounds is {rounds}; it must be at least 1.");
        // A pipe has no width; the table needs this much.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 180;
        Stopwatch watch = Stopwatch.StartNew();
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]{RuntimeInformation.FrameworkDescription}, {VectorsName()}, one thread; ns is per element, or per row of small rows[/]");
        QuickRun run = new(new InterleavedTimer(rounds, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(200)), selection);
        List<QuickResult> results = [];
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        IAnsiConsole progressConsole = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        progressConsole.Progress().AutoClear(true).Start(progress =>
        {
            ProgressTask task = progress.AddTask("timing", maxValue: headlines.Count);
            foreach (Headline headline in headlines)
            {
                results.Add(run.Run(headline));
                task.Increment(1);
            }
        });
        AnsiConsole.Write(QuickTable.Render(results));
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]x: how many times our time a rival takes (median of {rounds} interleaved rounds). of limit: our time over the memory's. {watch.Elapsed.TotalSeconds:F0} s[/]");
        WarnWhenBusy((Environment.CpuUsage.TotalTime - cpu) / watch.Elapsed);
        if (SuiteList.TorchNote is { } note) AnsiConsole.MarkupLineInterpolated($"[grey]{note}[/]");
        string[] wrong = [.. results.SelectMany(r => r.Wrong)];
        foreach (string message in wrong) Console.Error.WriteLine($"bench: {message}");
        return results.Any(r => r.WeAreWrong) ? 1 : 0;
    }

    /// <summary>
    /// Timing keeps a core busy, but for the pauses that let code become final. With 30 programs waiting for two cores a run had 9 % of
    /// one, and its medians were those of the waiting.
    /// </summary>
    private static void WarnWhenBusy(double coreShare)
    {
        if (coreShare < 0.7)
            AnsiConsole.MarkupLineInterpolated($"[yellow]This run had only {coreShare:P0} of a core: other programs keep the machine busy, and these times are not to be trusted.[/]");
    }

    /// <summary>The widest vectors that this process computes with.</summary>
    internal static string VectorsName() =>
        Vector512.IsHardwareAccelerated ? "512-bit vectors" : Vector256.IsHardwareAccelerated ? "256-bit vectors" : "128-bit vectors";
}
