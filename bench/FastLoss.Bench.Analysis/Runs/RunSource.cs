using System.Text.Json;

namespace FastLoss.Bench.Analysis.Runs;

/// <summary>Finds a run by what a user types: a report, a record, a folder of reports, or the start of a record's name.</summary>
public static class RunSource
{
    public static Run Load(string name, string recordsFolder)
    {
        if (File.Exists(name)) return LoadFile(name);
        if (Directory.Exists(name)) return LoadFolder(name);
        string[] records = Directory.Exists(recordsFolder)
            ? [.. Records(recordsFolder).Where(f => Path.GetFileName(f).Contains(name, StringComparison.OrdinalIgnoreCase))]
            : [];
        return records switch
        {
            [string only] => LoadFile(only),
            [] => throw new RunFormatException($"'{name}' is no file, no folder and no record below {recordsFolder}."),
            _ => throw new RunFormatException($"'{name}' fits {records.Length} records: {string.Join(", ", records)}."),
        };
    }

    public static IEnumerable<string> Records(string recordsFolder) =>
        Directory.EnumerateFiles(recordsFolder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public static Run LoadFile(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(RecordFile.Marker, out _)) return RecordFile.Read(file, root);
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Benchmarks", out _)) return BenchmarkDotNetReport.Read(file, root);
            throw new RunFormatException($"{file} is neither a full JSON report of BenchmarkDotNet nor a record.");
        }
        catch (JsonException error)
        {
            throw new RunFormatException($"{file} is not JSON: {error.Message}", error);
        }
    }

    /// <summary>A run of several suites leaves one report for each; together they are one run.</summary>
    private static Run LoadFolder(string folder)
    {
        string results = Path.Combine(folder, "results");
        string[] files = [.. Directory.EnumerateFiles(Directory.Exists(results) ? results : folder, "*.json").Order(StringComparer.Ordinal)];
        Run[] parts = [.. files.Select(LoadFile)];
        if (parts.Length == 0) throw new RunFormatException($"{folder} holds no JSON report.");
        foreach (Run part in parts.Skip(1))
        {
            if (part.Machine.DifferencesFrom(parts[0].Machine).FirstOrDefault() is { } difference)
                throw new RunFormatException($"{folder} mixes machines: {difference}. Name one file.");
        }
        Dictionary<string, string> origin = [];
        foreach (Run part in parts)
        {
            foreach (BenchmarkResult benchmark in part.Benchmarks)
            {
                if (!origin.TryAdd(benchmark.Id, part.Name))
                    throw new RunFormatException(
                        $"{folder} has {benchmark.Id} in {origin[benchmark.Id]} and in {part.Name}. Name one file.");
            }
        }
        return new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            parts.Max(p => p.Date),
            parts[0].Commit,
            parts[0].Machine,
            [.. parts.SelectMany(p => p.Benchmarks)]);
    }
}
