using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Reporting;
using FastLoss.Bench.Suites;
using Spectre.Console;

namespace FastLoss.Bench.Commands;

/// <summary>`quick`: the headline routines in under three minutes, without BenchmarkDotNet.</summary>
internal static class QuickCommand
{
    public static Command Create()
    {
        Option<string[]> routine = new("--routine", "-r")
        {
            Description = "Only routines whose name holds this word, at all their sizes (repeat for more). Default: the ten headlines.",
            DefaultValueFactory = _ => [],
        };
        Option<Shape[]> size = new("--size", "-s")
        {
            Description = "A row's length such as 4096, or rows x classes such as 4000x10 (repeat for more).",
            DefaultValueFactory = _ => [],
            CustomParser = result =>
            {
                try
                {
                    return [.. result.Tokens.Select(t => Shape.Parse(t.Value))];
                }
                catch (Exception error) when (error is FormatException or OverflowException)
                {
                    result.AddError(error.Message);
                    return [];
                }
            },
        };
        Option<string[]> type = new("--type", "-t") { Description = "float or double.", DefaultValueFactory = _ => [] };
        type.AcceptOnlyFromAmong("float", "double");
        Option<string[]> contender = new("--contender", "-c")
        {
            Description = "Only contenders whose name holds this word, such as FastLoss or Limit (repeat for more).",
            DefaultValueFactory = _ => [],
        };
        Option<int> rounds = new("--rounds") { Description = "How often each contender is timed.", DefaultValueFactory = _ => 21 };
        Command command = new("quick", "Time the headline routines against every rival and the memory's limit, in under three minutes.")
        {
            routine, size, type, contender, rounds,
        };
        command.SetAction(parsed =>
        {
            string[] words = parsed.GetRequiredValue(routine);
            Shape[] shapes = parsed.GetRequiredValue(size);
            string[] types = parsed.GetRequiredValue(type);
            IReadOnlyList<Headline> chosen = words.Length == 0 && shapes.Length == 0 && types.Length == 0
                ? Headline.Ten
                : Headline.Select(words, shapes, types);
            return Run(chosen, parsed.GetRequiredValue(contender), parsed.GetRequiredValue(rounds));
        });
        return command;
    }

    private static int Run(IReadOnlyList<Headline> headlines, string[] contenders, int rounds)
    {
        if (headlines.Count == 0) return Fail("no routine has that name; try --routine softmax.");
        if (rounds < 1) return Fail($"--rounds is {rounds}; it must be at least 1.");
        // A pipe has no width; the table needs this much.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 180;
        Stopwatch watch = Stopwatch.StartNew();
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]{RuntimeInformation.FrameworkDescription}, {Vector512Name()}, one thread; ns is per element, or per row of small rows[/]");
        QuickRun run = new(new InterleavedTimer(rounds, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(200)), contenders);
        List<QuickResult> results = [];
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
#if !TORCH
        AnsiConsole.MarkupLine("[grey]TorchSharp is not in this build; add -p:TorchSharp=true to measure it too (about 500 MB of libraries).[/]");
#endif
        string[] wrong = [.. results.SelectMany(r => r.Wrong)];
        foreach (string message in wrong) Console.Error.WriteLine($"bench: {message}");
        return results.Any(r => r.WeAreWrong) ? 1 : 0;
    }

    private static string Vector512Name() =>
        Vector512.IsHardwareAccelerated ? "512-bit vectors" : Vector256.IsHardwareAccelerated ? "256-bit vectors" : "128-bit vectors";

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"bench: {message}");
        return 2;
    }
}
