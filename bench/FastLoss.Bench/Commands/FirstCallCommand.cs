using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FastLoss.Bench.FirstCall;
using FastLoss.Bench.Quick;
using FastLoss.BenchCompare.Commands;
using Spectre.Console;

namespace FastLoss.Bench.Commands;

/// <summary>
/// `first-call`: what a program pays before the code is warm, which every other benchmark hides: the time from a process's start to
/// its first result and to its thousandth.
/// </summary>
internal static class FirstCallCommand
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        Option<int> launches = new("--launches") { Description = "Processes for each line.", DefaultValueFactory = _ => 7 };
        Option<bool> avx2 = new("--avx2") { Description = "With AVX-512 off." };
        Command command = new("first-call", "Time a process from its start to the first and the 1,000th result.") { launches, avx2 };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(launches), parsed.GetValue(avx2)));
        return command;
    }

    private static int Run(int launches, bool avx2)
    {
        if (launches < 1) throw new BenchException($"--launches is {launches}; it must be at least 1.");
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 180;
        Dictionary<string, string> environment = [];
        if (avx2) environment["DOTNET_EnableAVX512"] = "0";
        (string Routine, string Contender)[] lines =
            [.. FirstCallProgram.Routines.SelectMany(r => r.Contenders.Select(c => (r.Routine, c)))];
        List<Times>[] times = [.. lines.Select(_ => new List<Times>())];
        // Every line once a round: a slow minute of the machine meets all of them.
        for (int launch = 0; launch < launches; launch++)
            for (int i = 0; i < lines.Length; i++)
                times[i].Add(Launch(lines[i].Routine, lines[i].Contender, environment));

        Table table = new Table().Border(TableBorder.Simple).AddColumns("routine", "by");
        foreach (string header in (string[])["start to Main", "start to 1st result", "1st call", "start to 1,000th", "1,000 calls", "a call in the end"])
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (TableColumn column in table.Columns) column.NoWrap();
        for (int i = 0; i < lines.Length; i++)
        {
            List<Times> samples = times[i];
            table.AddRow(
                lines[i].Routine,
                lines[i].Contender,
                Milliseconds(samples, t => t.Main),
                Milliseconds(samples, t => t.FirstResult),
                Milliseconds(samples, t => t.FirstCall),
                Milliseconds(samples, t => t.ThousandthResult),
                Milliseconds(samples, t => t.ThousandCalls),
                Median(samples, t => t.FinalCall * 1e3).ToString("0.00 us", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]{RuntimeInformation.FrameworkDescription}{(avx2 ? ", AVX-512 off" : "")}; float, numerical gradient double; medians of {launches} processes[/]");
        return 0;
    }

    /// <summary>Timestamps of both processes are of one clock, the machine's monotonic one.</summary>
    private static Times Launch(string routine, string contender, IReadOnlyDictionary<string, string> environment)
    {
        long start = Stopwatch.GetTimestamp();
        using ChildProcess child = ChildProcess.Start([FirstCallProgram.Verb, routine, contender], environment);
        string output = child.Complete(s_limit);
        if (output.Split(' ', StringSplitOptions.TrimEntries).Select(t => long.TryParse(t, CultureInfo.InvariantCulture, out long v) ? v : -1).ToArray()
            is not [var main and > 0, var called and > 0, var first and > 0, var thousandth and > 0, var final and >= 0])
            throw new BenchException($"the process for {routine} by {contender} printed '{output.Trim()}' in place of its times.");
        return new(Between(start, main), Between(start, first), Between(called, first), Between(start, thousandth), Between(called, thousandth), Between(0, final));

        static double Between(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
    }

    private static string Milliseconds(List<Times> samples, Func<Times, double> time) =>
        Median(samples, time).ToString("0.00 ms", CultureInfo.InvariantCulture);

    private static double Median(List<Times> samples, Func<Times, double> time) => Statistics.Median([.. samples.Select(time)]);

    /// <summary>In milliseconds; from the process's start, except the calls, which are from the first call on.</summary>
    private sealed record Times(
        double Main, double FirstResult, double FirstCall, double ThousandthResult, double ThousandCalls, double FinalCall);
}
