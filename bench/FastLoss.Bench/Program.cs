using System.CommandLine;
using FastLoss.Bench.Commands;
using FastLoss.Bench.FirstCall;
using FastLoss.Bench.Recording;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Runs;

// Parsing a command line takes longer than the first call does.
if (args is [FirstCallProgram.Verb, var routine, var contender]) return FirstCallProgram.Run(routine, contender);

RootCommand root = new("Benchmarks of FastLoss against its rivals, and comparison of runs.")
{
    QuickCommand.Create(),
    RunCommand.Create(),
    ThreadsCommand.Create(),
    NetworksCommand.Create(),
    LinearCommand.Create(),
    DifferentiationCommand.Create(),
    CompareCommand.Create("bench", () => Repository.Records),
    RecordCommand.Create(),
    ReadmeCommand.Create(),
    FirstCallCommand.Create(),
    GateCommand.Create(),
    GateCommand.CreateExercise(),
};
try
{
    ParseResult parsed = root.Parse(args);
    int exit = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    // 1 says that what was asked for was done and found a fault; a command line that is wrong is no such finding.
    return parsed.Errors.Count > 0 ? 2 : exit;
}
catch (Exception error) when (error is BenchException or RunFormatException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 2;
}
