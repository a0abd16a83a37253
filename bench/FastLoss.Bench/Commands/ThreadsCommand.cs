using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Threads;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Commands;

/// <summary>`threads`: how much faster calls are on 2, 4, ... threads, all in one process and in turn.</summary>
internal static class ThreadsCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often each is timed.", DefaultValueFactory = _ => 11 };
        Command command = new("threads", "Time calls that share threads on 1, 2, 4, ... of this machine's processors; prints a table in Markdown.") { rounds };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static int Run(int rounds)
    {
        if (rounds < 1) throw new BenchException($"--rounds is {rounds}; it must be at least 1.");
        int[] counts = [.. Counts(Environment.ProcessorCount)];
        InterleavedTimer timer = new(rounds, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(300));
        Console.WriteLine($"{Processor()}, {Environment.ProcessorCount} processors, {QuickCommand.VectorsName()}, {RuntimeInformation.FrameworkDescription}; float; "
            + $"medians of {rounds} interleaved rounds.\n");
        Console.WriteLine("| routine | size | 1 thread, us |" + string.Concat(counts[1..].Select(c => $" {c} |")) + " GB/s, 1 | GB/s, all |");
        Console.WriteLine("| --- | ---: | ---: |" + string.Concat(counts[1..].Select(_ => " ---: |")) + " ---: | ---: |");
        foreach (ScalingCase @case in ScalingCase.All())
        {
            IReadOnlyList<Timing> times = timer.Run([.. counts.Select(count => (
                $"{count}",
                (Func<double>)(() =>
                {
                    @case.Call(count);
                    return 0;
                })))]);
            StringBuilder line = new();
            line.Append(CultureInfo.InvariantCulture, $"| {@case.Name} | {@case.Size} | {times[0].Median / 1e3:F0} |");
            foreach (Timing time in times.Skip(1)) line.Append(CultureInfo.InvariantCulture, $" {times[0].RatioTo(time):F2}x |");
            line.Append(CultureInfo.InvariantCulture, $" {@case.Bytes / times[0].Median:F0} | {@case.Bytes / times[^1].Median:F0} |");
            Console.WriteLine(line);
        }

        return 0;
    }

    /// <summary>1, 2, 4 and so on, and all.</summary>
    private static IEnumerable<int> Counts(int processors)
    {
        for (int count = 1; count < processors; count *= 2) yield return count;
        yield return processors;
    }

    internal static string Processor()
    {
        const string Info = "/proc/cpuinfo", Key = "model name";
        string? line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
