using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastLoss.Bench.Readme;
using FastLoss.Bench.Recording;
using FastLoss.Bench.Reporting;
using FastLoss.Bench.Rivals;
using FastLoss.Bench.Suites;
using FastLoss.BenchCompare.Commands;
using Perfolizer.Horology;

namespace FastLoss.Bench.Commands;

/// <summary>`run`: the suites under BenchmarkDotNet, several launches each, as `compare` needs them.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<int> launches = new("--launches")
        {
            Description = "Processes a benchmark; 5 is the least that `compare` can prove anything with.",
            DefaultValueFactory = _ => 5,
        };
        Option<string> set = new("--isa")
        {
            Description = "native, avx2 (AVX-512 off) or sse (AVX off).",
            DefaultValueFactory = _ => "native",
        };
        set.AcceptOnlyFromAmong("native", "avx2", "sse");
        Option<bool> table = new("--readme") { Description = "Only what the tables of speed show; with less than the native --isa only ours and TensorPrimitives." };
        Option<bool> losses = new("--losses") { Description = "Only what the table of every element-wise loss and option shows." };
        Option<bool> record = new("--record") { Description = "Keep the results under bench/results." };
        Command command = new("run", "Run the suites under BenchmarkDotNet; the reports go to BenchmarkDotNet.Artifacts/DATE.")
        {
            launches, set, table, losses, record,
        };
        SelectionOptions options = new(command);
        command.SetAction(parsed => Run(
            options.Of(parsed),
            parsed.GetRequiredValue(launches),
            parsed.GetRequiredValue(set),
            new Tables(parsed.GetValue(table), parsed.GetValue(losses), parsed.GetRequiredValue(set) == "native"),
            parsed.GetValue(record)));
        return command;
    }

    private static int Run(Selection selection, int launches, string set, Tables tables, bool record)
    {
        if (launches < 1) throw new BenchException($"--launches is {launches}; it must be at least 1.");
        Type[] suites = [.. selection.Suites.Where(s => HasAny(s, tables))];
        string artifacts = Path.Combine(
            Environment.CurrentDirectory,
            "BenchmarkDotNet.Artifacts",
            DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(JobFor(launches, set))
            .AddFilter(new SimpleFilter(b => Chosen(b, selection, tables)))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(WorkColumn.All)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(JsonExporter.Full, MarkdownExporter.GitHub)
            .WithArtifactsPath(artifacts)
            // On a busy machine the default of two minutes is not enough for a build of half a minute.
            .WithBuildTimeout(TimeSpan.FromMinutes(10))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(48));
        Summary[] summaries = suites.Length == 0 ? [] : BenchmarkRunner.Run(suites, config);
        if (summaries.Sum(s => s.BenchmarksCases.Length) == 0)
            throw new BenchException("no benchmark was chosen; try --routine softmax --size 4096.");

        BenchmarkReport[] failed = [.. summaries.SelectMany(s => s.Reports).Where(r => !r.Success || r.ResultStatistics is null)];
        foreach (BenchmarkReport report in failed) Console.Error.WriteLine($"bench: {report.BenchmarkCase.DisplayInfo} failed; its output above says why.");
        Console.WriteLine($"Reports: {artifacts}");
        if (record) Console.WriteLine($"Record: {RecordCommand.Keep(artifacts, Repository.Commit(), Repository.Records)}");
        if (SuiteList.TorchNote is { } note) Console.WriteLine(note);
        Console.WriteLine(OpenBlas.IsThere ? $"OpenBLAS picked the kernels of {OpenBlas.Core}." : "OpenBLAS is not on this machine; Debian's libopenblas0 has it, and then matrix products are measured against it.");
        return failed.Length == 0 ? 0 : 1;
    }

    /// <summary>
    /// Many short launches rather than few long ones: iterations of one launch agree to a percent, launches do not. A launch of
    /// six iterations takes 1.5 to 2 seconds, most of them the start and making the code final; the empty method's overhead, 1.5 ns,
    /// would take as long again as the measurement and is a percent of the shortest benchmark.
    /// </summary>
    private static Job JobFor(int launches, string set)
    {
        Job job = Job.Default
            .WithId(set)
            .WithLaunchCount(launches)
            .WithWarmupCount(2)
            .WithIterationCount(6)
            .WithIterationTime(TimeInterval.FromMilliseconds(40))
            .WithEvaluateOverhead(false)
            // Counting calls starts at once rather than after 100 ms without new code; the final code is the same.
            .WithEnvironmentVariable(TierUp.NoDelay, "0");
        job = set switch
        {
            "avx2" => job.WithEnvironmentVariable("DOTNET_EnableAVX512", "0"),
            "sse" => job.WithEnvironmentVariable("DOTNET_EnableAVX", "0"),
            _ => job,
        };
        return SuiteList.TorchNote is null ? job.WithArguments([new MsBuildArgument("/p:TorchSharp=true")]) : job;
    }

    /// <summary>The tables that the run is for; with neither, everything is measured.</summary>
    private sealed record Tables(bool Speed, bool Losses, bool IsNative)
    {
        public bool Show(string suite, string method, Shape shape) => (!Speed && !Losses)
            || (Speed && SpeedTable.Shows(suite, method, shape.ToString(), IsNative))
            || (Losses && LossTable.Shows(suite, method, shape.ToString()));
    }

    /// <summary>A suite without a benchmark of a table is not even built for it.</summary>
    private static bool HasAny(Type suite, Tables tables) =>
        SuiteList.Create(suite).Shapes.Any(shape => SuiteList.Contenders(suite).Any(m => tables.Show(DisplayName(suite), m.Name, shape)));

    private static bool Chosen(BenchmarkCase benchmark, Selection selection, Tables tables) =>
        benchmark.Parameters["Shape"] is Shape shape
        && (selection.Shapes.Length == 0 || selection.Shapes.Contains(shape))
        && tables.Show(DisplayName(benchmark.Descriptor.Type), benchmark.Descriptor.WorkloadMethod.Name, shape)
        && selection.HasContender(benchmark.Descriptor.WorkloadMethod.Name)
        && Offers(benchmark, shape);

    private static bool Offers(BenchmarkCase benchmark, Shape shape)
    {
        ISuite suite = SuiteList.Create(benchmark.Descriptor.Type);
        suite.Shape = shape;
        suite.Variant = benchmark.Parameters["Variant"] as string ?? "";
        return suite.Offers(benchmark.Descriptor.WorkloadMethod.Name);
    }

    /// <summary>As BenchmarkDotNet's report names it: <c>SoftmaxSuite&lt;Single&gt;</c>.</summary>
    private static string DisplayName(Type suite) => !suite.IsGenericType
        ? suite.Name
        : $"{suite.Name[..suite.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", suite.GetGenericArguments().Select(a => a.Name))}>";
}
