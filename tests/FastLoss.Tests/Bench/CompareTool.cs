using System.CommandLine;
using System.Globalization;
using FastLoss.Bench.Recording;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Tests.Bench;

/// <summary>The `compare` command as a user calls it, and the reports it is tried on.</summary>
internal static class CompareTool
{
    /// <summary>Reports that BenchmarkDotNet 0.15.8 wrote on a busy machine, shortened to 25 iterations.</summary>
    public static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Bench", "Data", name);

    public static int Run(params string[] arguments) => CompareCommand.CreateRoot("bench-compare").Parse(arguments)
        .Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = TextWriter.Null, Error = TextWriter.Null });

    /// <summary>The cells below the header that begins so, in the tool's README.</summary>
    public static string[][] ReadmeTable(string header) =>
    [
        .. Readme().Split('\n').SkipWhile(l => !l.StartsWith(header, StringComparison.Ordinal)).Skip(2)
            .TakeWhile(l => l.StartsWith('|')).Select(l => l.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    public static string Readme() => File.ReadAllText(Path.Combine(Repository.Root, "bench", "FastLoss.BenchCompare", "README.md"));

    /// <summary>The number that a cell begins with.</summary>
    public static double Number(string cell) => double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture);
}
