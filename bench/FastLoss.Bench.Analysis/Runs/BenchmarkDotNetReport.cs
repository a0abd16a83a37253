using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FastLoss.Bench.Analysis.Runs;

/// <summary>Reads the report that BenchmarkDotNet's <c>JsonExporter.Full</c> writes.</summary>
internal static partial class BenchmarkDotNetReport
{
    public static Run Read(string file, JsonElement report)
    {
        try
        {
            JsonElement[] benchmarks = [.. Property(report, "Benchmarks").EnumerateArray()];
            HashSet<string> ambiguous = [.. benchmarks.GroupBy(Id).Where(g => g.Count() > 1).Select(g => g.Key)];
            string[] sets = [.. benchmarks.Select(b => Text(b, "HardwareIntrinsics")).Where(s => s.Length > 0).Distinct().Order()];
            return new(
                Path.GetFileName(file),
                DateOf(Text(report, "Title")),
                Commit: null,
                MachineOf(Property(report, "HostEnvironmentInfo"), sets.Length == 0 ? null : string.Join(" | ", sets)),
                [.. benchmarks.Where(HasResult).Select(b => Result(file, b, ambiguous.Contains(Id(b))))]);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new RunFormatException($"{file} is not a full JSON report of BenchmarkDotNet: {error.Message}.", error);
        }
    }

    private static string Id(JsonElement benchmark) =>
        $"{Text(benchmark, "Type")}.{Text(benchmark, "Method")}({Text(benchmark, "Parameters")})";

    /// <summary>A benchmark that failed is reported without statistics.</summary>
    private static bool HasResult(JsonElement benchmark) =>
        benchmark.TryGetProperty("Statistics", out JsonElement statistics) && statistics.ValueKind == JsonValueKind.Object;

    private static BenchmarkResult Result(string file, JsonElement benchmark, bool ambiguous)
    {
        if (!benchmark.TryGetProperty("Measurements", out JsonElement measurements) || measurements.ValueKind != JsonValueKind.Array)
            throw new RunFormatException(
                $"{file} has no measurements of {Id(benchmark)}: export with JsonExporter.Full, whose file ends in -report-full.json.");

        // Results are the actual iterations less the harness's overhead; older versions and empty overheads lack them.
        Launch[] launches = Launches(measurements, "Result");
        if (launches.Length == 0) launches = Launches(measurements, "Actual");
        if (launches.Length == 0) throw new RunFormatException($"{file} has no workload iterations of {Id(benchmark)}.");

        string parameters = Text(benchmark, "Parameters");
        if (ambiguous) parameters = $"{parameters} {Job(Text(benchmark, "DisplayInfo"))}".Trim();
        double? allocated = benchmark.TryGetProperty("Memory", out JsonElement memory) && memory.ValueKind == JsonValueKind.Object
            && memory.TryGetProperty("BytesAllocatedPerOperation", out JsonElement bytes) && bytes.ValueKind == JsonValueKind.Number
            ? bytes.GetDouble()
            : null;
        return new(Text(benchmark, "Type"), Text(benchmark, "Method"), parameters, launches, allocated);
    }

    private static Launch[] Launches(JsonElement measurements, string stage) =>
    [
        .. from m in measurements.EnumerateArray()
           where Text(m, "IterationMode") == "Workload" && Text(m, "IterationStage") == stage
           group Property(m, "Nanoseconds").GetDouble() / Property(m, "Operations").GetDouble()
               by Property(m, "LaunchIndex").GetInt32() into launch
           orderby launch.Key
           select Launch.Of([.. launch]),
    ];

    private static Machine MachineOf(JsonElement host, string? instructionSet) => new(
        Text(host, "ProcessorName"), Text(host, "OsVersion"), Text(host, "Architecture"), Text(host, "RuntimeVersion"), instructionSet);

    /// <summary>The job, where one benchmark ran under several: "A.B: Job-X(Launches=2) [N=1]" gives "Job-X(Launches=2)".</summary>
    private static string Job(string displayInfo)
    {
        int start = displayInfo.IndexOf(": ", StringComparison.Ordinal);
        if (start < 0) return displayInfo;
        int end = displayInfo.LastIndexOf(" [", StringComparison.Ordinal);
        return end > start ? displayInfo[(start + 2)..end] : displayInfo[(start + 2)..];
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value : throw new FormatException($"it has no '{name}'");

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
