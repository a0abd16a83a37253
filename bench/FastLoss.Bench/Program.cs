using System.CommandLine;
using FastLoss.Bench.Commands;

RootCommand root = new("Benchmarks of FastLoss against its rivals, and comparison of runs.")
{
    QuickCommand.Create(),
};
return root.Parse(args).Invoke();
