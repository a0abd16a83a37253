using System.CommandLine;
using FastLoss.Bench.Suites;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;
namespace FastLoss.Bench.Commands;
internal static class RunCommand
{
    public static Command Create()
    {
        Command command = new("run", "x");
        command.SetAction(_ =>
        {
            ManualConfig config = ManualConfig.CreateEmpty()
              .AddColumnProvider(DefaultColumnProviders.Instance)
              .AddLogger(ConsoleLogger.Default)
              .AddDiagnoser(MemoryDiagnoser.Default)
              .AddExporter(JsonExporter.Full)
              .AddJob(Job.Default.WithLaunchCount(2).WithWarmupCount(2).WithIterationCount(4).WithIterationTime(TimeInterval.FromMilliseconds(40)))
              .AddFilter(new BenchmarkDotNet.Filters.SimpleFilter(b => b.Parameters.Items[0].Value is Shape { Classes: 128 or 1000 }))
              .WithOptions(ConfigOptions.JoinSummary);
            BenchmarkRunner.Run([typeof(SquaredErrorSuite<float>), typeof(SoftmaxSuite<double>)], config);
            return 0;
        });
        return command;
    }
}
