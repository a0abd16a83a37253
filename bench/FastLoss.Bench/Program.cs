using System.CommandLine;
using FastLoss.Bench.Analysis.Commands;
using FastLoss.Bench.Commands;

RootCommand root = new("Benchmarks of FastLoss against its rivals, and comparison of runs.")
{
    QuickCommand.Create(),
    RunCommand.Create(),
    DifferentiationCommand.Create(),
    CompareCommand.Create(),
    RecordCommand.Create(),
    ReadmeCommand.Create(),
    GateCommand.Create(),
    GateCommand.CreateExercise(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception error) when (error is BenchException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 2;
}
