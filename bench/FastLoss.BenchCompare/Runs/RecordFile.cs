using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastLoss.BenchCompare.Runs;

/// <summary>
/// A run kept in the repository: what comparing it needs and no more, one line a benchmark, so that a diff of two shows
/// what moved. A full report of a few hundred benchmarks is megabytes; its record is tens of kilobytes.
/// </summary>
public static class RecordFile
{
    /// <summary>The property that tells a record from BenchmarkDotNet's report, with the version of its layout.</summary>
    internal const string Marker = "fastlossBenchRecord";

    private const int Version = 1;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new LaunchConverter() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Where a run's record belongs below the folder of records: <c>cpu/date-commit.json</c>.</summary>
    public static string PathFor(Run run)
    {
        string set = ShortSet(run.Machine.InstructionSet);
        string date = (run.Date ?? throw new RunFormatException($"{run.Name} has no date.")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string commit = run.Commit ?? throw new RunFormatException($"{run.Name} has no commit.");
        return Path.Combine($"{Slug(run.Machine.Cpu)}-{set}", $"{date}-{commit}.json");
    }

    public static string Write(Run run)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{{\n  \"{Marker}\": {Version},\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"date\": {JsonSerializer.Serialize(run.Date, s_json)},\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"commit\": {JsonSerializer.Serialize(run.Commit, s_json)},\n");
        text.Append(CultureInfo.InvariantCulture, $"  \"machine\": {JsonSerializer.Serialize(run.Machine, s_json)},\n");
        text.Append("  \"benchmarks\": [\n");
        text.AppendJoin(",\n", run.Benchmarks
            .OrderBy(b => b.Id, StringComparer.Ordinal)
            .Select(b => "    " + JsonSerializer.Serialize(b, s_json)));
        return text.Append("\n  ]\n}\n").ToString();
    }

    internal static Run Read(string file, JsonElement record)
    {
        JsonElement version = record.GetProperty(Marker);
        if (version.GetRawText() != Version.ToString(CultureInfo.InvariantCulture))
            throw new RunFormatException($"{file} is a record of version {version.GetRawText()}; this program reads {Version}.");
        try
        {
            Run run = new(
                Path.GetFileNameWithoutExtension(file),
                record.GetProperty("date").Deserialize<DateTime?>(s_json),
                record.GetProperty("commit").GetString(),
                record.GetProperty("machine").Deserialize<Machine>(s_json) ?? throw new JsonException("machine is null"),
                record.GetProperty("benchmarks").Deserialize<BenchmarkResult[]>(s_json) ?? throw new JsonException("benchmarks is null"));
            if (run.Machine is { Cpu: null } or { OperatingSystem: null } or { Architecture: null } or { Runtime: null })
                throw new JsonException("machine lacks cpu, operatingSystem, architecture or runtime");
            foreach (BenchmarkResult benchmark in run.Benchmarks)
            {
                if (benchmark is null or { Type: null } or { Method: null } or { Parameters: null })
                    throw new JsonException("a benchmark lacks type, method or parameters");
                if (benchmark.Launches is not { Count: > 0 }) throw new JsonException($"{benchmark.Id} has no launches");
                if (benchmark.Launches.FirstOrDefault(l => !IsTime(l)) is { } wrong)
                    throw new JsonException($"{benchmark.Id} has a launch of {wrong.Min}, {wrong.Median}, {wrong.Max} ns");
            }
            return run;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new RunFormatException($"{file} is a damaged record: {error.Message}", error);
        }
    }

    private static bool IsTime(Launch launch) =>
        launch.Min >= 0 && launch.Min <= launch.Median && launch.Median <= launch.Max && double.IsFinite(launch.Max);

    /// <summary>The widest vectors of BenchmarkDotNet's list, which starts with the newest set.</summary>
    public static string ShortSet(string? instructionSet) => instructionSet switch
    {
        null => "unknown",
        _ when instructionSet.Contains("AVX512", StringComparison.OrdinalIgnoreCase)
            || instructionSet.Contains("AVX-512", StringComparison.OrdinalIgnoreCase) => "avx512",
        _ when instructionSet.Contains("AVX2", StringComparison.OrdinalIgnoreCase) => "avx2",
        _ when instructionSet.Contains("AdvSimd", StringComparison.OrdinalIgnoreCase) => "neon",
        _ when instructionSet.Contains("SSE", StringComparison.OrdinalIgnoreCase) => "sse",
        _ => "scalar",
    };

    private static string Slug(string text) => string.Join('-',
        string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>[min, median, max] with five significant digits: more than any two launches agree in.</summary>
    private sealed class LaunchConverter : JsonConverter<Launch>
    {
        public override Launch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<double[]>(ref reader) is [double min, double median, double max]
                ? new(min, median, max)
                : throw new JsonException("a launch is [min, median, max]");

        public override void Write(Utf8JsonWriter writer, Launch value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (double time in (double[])[value.Min, value.Median, value.Max])
                writer.WriteRawValue(Round(time).ToString("R", CultureInfo.InvariantCulture));
            writer.WriteEndArray();
        }

        private static double Round(double value) =>
            double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
