using System.CommandLine;
using FastLoss.Bench.Analysis.Commands;
using FastLoss.Bench.Commands;
using FastLoss.Bench.FirstCall;

// Parsing a command line takes longer than the first call does.
if (args is [FirstCallProgram.Verb, var routine, var contender]) return FirstCallProgram.Run(routine, contender);

RootCommand root = new("Benchmarks of FastLoss against its rivals, and comparison of runs.")
{
    QuickCommand.Create(),
    RunCommand.Create(),
    DifferentiationCommand.Create(),
    CompareCommand.Create(),
    RecordCommand.Create(),
    ReadmeCommand.Create(),
    FirstCallCommand.Create(),
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
