using System.CommandLine;
using FastLoss.Bench.Analysis.Commands;

namespace FastLoss.Tests.Bench;

/// <summary>The `compare` command as a user calls it, and the reports it is tried on.</summary>
internal static class CompareTool
{
    /// <summary>Reports that BenchmarkDotNet 0.15.8 wrote on a busy machine, shortened to 25 iterations.</summary>
    public static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "Bench", "Data", name);

    public static int Run(params string[] arguments) => CompareCommand.Create(() => null).Parse(arguments)
        .Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = TextWriter.Null, Error = TextWriter.Null });
}
