using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FastLoss.BenchCompare.Runs;

/// <summary>One file of BenchmarkDotNet's JSON exporters.</summary>
/// <param name="Title">Type and time; exports of one run by several exporters share it.</param>
/// <param name="HasMeasurements">Full exports tell which launch an iteration belongs to, brief ones do not.</param>
internal sealed record ReportFile(Run Run, string Title, bool HasMeasurements);

/// <summary>
/// Reads the reports of BenchmarkDotNet's JSON exporters: full ones, whose measurements tell the launches apart, and brief ones,
/// which keep the iterations' times alone (<c>OriginalValues</c>); indented or compressed.
/// </summary>
internal static partial class BenchmarkDotNetReport
{
    public static ReportFile Read(string file, JsonElement report)
    {
        try
        {
            JsonElement[] benchmarks = [.. Property(report, "Benchmarks").EnumerateArray()];
            string[] sets = [.. benchmarks.Select(b => Text(b, "HardwareIntrinsics")).Where(s => s.Length > 0).Distinct().Order()];
            BenchmarkResult[] results = [.. benchmarks.Select(Result)];
            bool brief = benchmarks.Any(HasStatistics) && !benchmarks.Any(HasMeasurements);
            Run run = new(
                Path.GetFileName(file),
                DateOf(Text(report, "Title")),
                Commit: null,
                MachineOf(Property(report, "HostEnvironmentInfo"), sets.Length == 0 ? null : string.Join(" | ", sets)),
                [.. results.Where(r => r.Failure is null)])
            {
                Failed = [.. results.Where(r => r.Failure is not null)],
                Remarks = brief ? [$"{Path.GetFileName(file)} is a brief report: it does not tell launches apart, JsonExporter.Full does."] : [],
            };
            return new(run, Text(report, "Title"), !brief);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new RunFormatException($"{file} is not a JSON report of BenchmarkDotNet: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static BenchmarkResult Result(JsonElement benchmark)
    {
        (Launch[] launches, double[] iterations, string? failure) = Times(benchmark);
        if (Array.Exists(iterations, t => !(double.IsFinite(t) && t >= 0)))
        {
            double wrong = Array.Find(iterations, t => !(double.IsFinite(t) && t >= 0));
            (launches, iterations, failure) = ([], [], string.Create(CultureInfo.InvariantCulture, $"an iteration has {wrong} ns"));
        }
        string type = Text(benchmark, "Type"), method = Text(benchmark, "Method");
        if (type.Length == 0 || method.Length == 0) throw new FormatException("a benchmark lacks 'Type' or 'Method'");
        return new(type, method, Text(benchmark, "Parameters"), launches, failure is null ? Allocated(benchmark) : null)
        {
            Namespace = Text(benchmark, "Namespace") is { Length: > 0 } space ? space : null,
            Job = Job(Text(benchmark, "DisplayInfo")),
            Iterations = iterations,
            Failure = failure,
        };
    }

    /// <summary>A benchmark that failed is reported without statistics.</summary>
    private static (Launch[] Launches, double[] Iterations, string? Failure) Times(JsonElement benchmark)
    {
        if (!HasStatistics(benchmark)) return ([], [], "it failed");
        if (HasMeasurements(benchmark))
        {
            JsonElement measurements = benchmark.GetProperty("Measurements");
            // Results are the actual iterations less the harness's overhead; older versions and empty overheads lack them.
            double[][] launches = Launches(measurements, "Result");
            if (launches.Length == 0) launches = Launches(measurements, "Actual");
            if (launches.Length > 0) return ([.. launches.Select(l => Launch.Of(l))], [.. launches.SelectMany(l => l)], null);
        }
        double[] values = benchmark.GetProperty("Statistics").TryGetProperty("OriginalValues", out JsonElement original)
            && original.ValueKind == JsonValueKind.Array ? [.. original.EnumerateArray().Select(Number)] : [];
        return values.Length > 0 ? ([Launch.Of(values)], values, null) : ([], [], "it has no iterations");
    }

    private static double[][] Launches(JsonElement measurements, string stage) =>
    [
        .. from m in measurements.EnumerateArray()
           where Text(m, "IterationMode") == "Workload" && Text(m, "IterationStage") == stage
           group Number(Property(m, "Nanoseconds")) / Number(Property(m, "Operations"))
               by Number(Property(m, "LaunchIndex")) into launch
           orderby launch.Key
           select launch.ToArray(),
    ];

    private static bool HasStatistics(JsonElement benchmark) =>
        benchmark.TryGetProperty("Statistics", out JsonElement statistics) && statistics.ValueKind == JsonValueKind.Object;

    private static bool HasMeasurements(JsonElement benchmark) =>
        benchmark.TryGetProperty("Measurements", out JsonElement m) && m.ValueKind == JsonValueKind.Array && m.GetArrayLength() > 0;

    private static double? Allocated(JsonElement benchmark) =>
        benchmark.TryGetProperty("Memory", out JsonElement memory) && memory.ValueKind == JsonValueKind.Object
            && memory.TryGetProperty("BytesAllocatedPerOperation", out JsonElement bytes) && bytes.ValueKind == JsonValueKind.Number
            && bytes.TryGetDouble(out double allocated) && allocated >= 0
            ? allocated
            : null;

    private static Machine MachineOf(JsonElement host, string? instructionSet) => new(
        Text(host, "ProcessorName"), Text(host, "OsVersion"), Text(host, "Architecture"), Text(host, "RuntimeVersion"), instructionSet);

    /// <summary>"A.B: Job-X(Launches=2) [N=1]" gives "Job-X(Launches=2)"; null where there is no such text.</summary>
    private static string? Job(string displayInfo)
    {
        int start = displayInfo.IndexOf(": ", StringComparison.Ordinal);
        if (start < 0) return null;
        string job = displayInfo[(start + 2)..];
        int end = job.IndexOf(" [", StringComparison.Ordinal);
        if (end >= 0) job = job[..end];
        return job.Length > 0 ? job : null;
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value : throw new FormatException($"it has no '{name}'");

    /// <summary>A number, or NaN where the exporter had none and wrote null or NaN.</summary>
    private static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Null => double.NaN,
        _ => throw new FormatException($"'{element.GetRawText()}' stands where a number belongs"),
    };

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static DateTime? DateOf(string title)
    {
        Match match = TitleDate().Match(title);
        return match.Success && DateTime.TryParseExact(
            match.Value, ["yyyy-MM-dd-HH-mm-ss", "yyyyMMdd-HHmmss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date)
            ? date
            : null;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d|\d{8}-\d{6}")]
    private static partial Regex TitleDate();
}
