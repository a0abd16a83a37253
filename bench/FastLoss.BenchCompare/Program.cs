using System.CommandLine;
using FastLoss.BenchCompare.Commands;

const string Name = "bench-compare";
try
{
    ParseResult parsed = CompareCommand.CreateRoot(Name).Parse(args);
    int exit = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    // 1 says that a gate found a fault; a command line that is wrong is no such finding.
    return parsed.Errors.Count > 0 ? 2 : exit;
}
catch (Exception error) when (error is BenchException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{Name}: {error.Message}");
    return 2;
}
