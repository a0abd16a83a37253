using System.CommandLine;
using System.Globalization;
using FastLoss.Bench.Quick;
using FastLoss.Bench.Rivals;
using FastLoss.BenchCompare.Commands;
using Spectre.Console;

namespace FastLoss.Bench.Commands;

/// <summary>
/// `differentiation`: a central gradient against its own evaluations, which nothing can be faster than, and against MathNet.
/// Beside the other suites because its unit is an evaluation of a function, not an element of an array.
/// </summary>
internal static class DifferentiationCommand
{
    private static readonly int[] s_dimensions = [10, 100, 1_000];

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "How often each contender is timed.", DefaultValueFactory = _ => 31 };
        Command command = new("differentiation", "Time numerical gradients against the evaluations they consist of, and MathNet.") { rounds };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static int Run(int rounds)
    {
        if (rounds < 1) throw new BenchException($"--rounds is {rounds}; it must be at least 1.");
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 140;
        InterleavedTimer timer = new(rounds, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(400));
        Table table = new Table().Border(TableBorder.Simple).AddColumns("function", "n", "gradient by", "ns / partial", "of its evaluations", "bytes", "worst error");
        foreach (TableColumn column in table.Columns.Skip(3)) column.RightAligned();
        foreach (TableColumn column in table.Columns) column.NoWrap();
        foreach (int dimension in s_dimensions)
        {
            using GradientContenders contenders = new(dimension);
            Add(table, contenders, timer);
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]of its evaluations: the time over that of the 2n evaluations alone (median of {rounds} interleaved rounds)[/]");
        return 0;
    }

    private static void Add(Table table, GradientContenders contenders, InterleavedTimer timer)
    {
        IReadOnlyList<Timing> timings = timer.Run(contenders.Calls);
        Timing evaluations = timings[0];
        foreach ((Timing timing, int i) in timings.Select((t, i) => (t, i)))
        {
            long bytes = Enumerable.Range(0, 5).Min(_ => Allocated(contenders.Calls[i].Call));
            table.AddRow(
                "sum of squares",
                Text(contenders.Dimension, "N0"),
                timing.Name,
                Text(timing.Median / contenders.Dimension, "F1"),
                Text(timing.RatioTo(evaluations), "F2"),
                Text(bytes, "N0"),
                i == 0 ? "" : Text(contenders.WorstError, "E1"));
        }
    }

    /// <summary>The least of several is meant: the runtime's own work on a method now and then allocates in a call.</summary>
    private static long Allocated(Func<double> call)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
