using System.Text.Json;

namespace FastLoss.BenchCompare.Runs;

/// <summary>Finds a run by what a user types: a report, a record, a folder of reports, or the start of a record's name.</summary>
public static class RunSource
{
    /// <param name="name">What the user typed.</param>
    /// <param name="recordsFolder">Where records lie; null where there are none.</param>
    public static Run Load(string name, string? recordsFolder)
    {
        if (File.Exists(name)) return LoadFile(name);
        if (Directory.Exists(name)) return LoadFolder(name);
        if (recordsFolder is null) throw new RunFormatException($"'{name}' is no file and no folder.");
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

    public static Run LoadFile(string file) => Read(file) is { } report
        ? RunNames.Together([report.Run])[0]
        : throw new RunFormatException($"{file} is neither a JSON report of BenchmarkDotNet nor a record.");

    /// <summary>Null for JSON of another kind.</summary>
    private static ReportFile? Read(string file)
    {
        using JsonDocument document = JsonText.Read(file);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (root.TryGetProperty(RecordFile.Marker, out _)) return new(RecordFile.Read(file, root), "", HasMeasurements: true);
        return root.TryGetProperty("Benchmarks", out _) ? BenchmarkDotNetReport.Read(file, root) : null;
    }

    /// <summary>A run of several suites leaves one report for each; together they are one run.</summary>
    private static Run LoadFolder(string folder)
    {
        string[] places = [Path.Combine(folder, "results"), Path.Combine(folder, "BenchmarkDotNet.Artifacts", "results")];
        string[] files = [.. Directory.EnumerateFiles(Array.Find(places, Directory.Exists) ?? folder, "*.json").Order(StringComparer.Ordinal)];
        (string File, ReportFile? Report)[] read = [.. files.Select(f => (f, Read(f)))];
        List<ReportFile> parts = OneOfEachRun(read.Select(r => r.Report).OfType<ReportFile>());
        if (parts.Count == 0) throw new RunFormatException($"{folder} holds no JSON report.");
        Run first = parts[0].Run;
        foreach (ReportFile part in parts.Skip(1))
        {
            if (part.Run.Machine.DifferencesFrom(first.Machine).FirstOrDefault() is { } difference)
                throw new RunFormatException($"{folder} mixes machines: {difference}. Name one file.");
        }
        RefuseTwice(folder, parts);
        string[] others = [.. read.Where(r => r.Report is null).Select(r => $"{Path.GetFileName(r.File)} is no report and was left out.")];
        Run whole = new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            parts.Max(p => p.Run.Date),
            first.Commit,
            first.Machine,
            [.. parts.SelectMany(p => p.Run.Benchmarks)])
        {
            Failed = [.. parts.SelectMany(p => p.Run.Failed)],
            Remarks = [.. parts.SelectMany(p => p.Run.Remarks), .. others],
        };
        return RunNames.Together([whole])[0];
    }

    /// <summary>
    /// Several exporters of one run write the same benchmarks and times under the same title: the export that tells launches apart is
    /// taken, and of equals the first.
    /// </summary>
    private static List<ReportFile> OneOfEachRun(IEnumerable<ReportFile> reports)
    {
        List<ReportFile> kept = [];
        foreach (ReportFile report in reports.OrderByDescending(r => r.HasMeasurements))
            if (!kept.Exists(other => AreOneRun(report, other)))
                kept.Add(report);
        return [.. kept.OrderBy(r => r.Run.Name, StringComparer.Ordinal)];
    }

    private static bool AreOneRun(ReportFile first, ReportFile second) =>
        first.Title.Length > 0 && first.Title == second.Title
        && first.Run.All.Select(Key).Order(StringComparer.Ordinal).SequenceEqual(second.Run.All.Select(Key).Order(StringComparer.Ordinal))
        && Times(first.Run).Zip(Times(second.Run), (a, b) => Math.Abs(a - b) <= 1e-6 * Math.Max(a, b)).All(same => same);

    private static IEnumerable<double> Times(Run run) =>
        run.Benchmarks.OrderBy(Key, StringComparer.Ordinal).Select(b => Statistics.Median([.. b.Iterations]));

    /// <summary>One benchmark in two files is two runs, and which is meant only the user knows.</summary>
    private static void RefuseTwice(string folder, List<ReportFile> parts)
    {
        Dictionary<string, string> origin = [];
        foreach (Run part in parts.Select(p => p.Run))
        {
            foreach (BenchmarkResult benchmark in part.All.DistinctBy(Key))
            {
                if (!origin.TryAdd(Key(benchmark), part.Name))
                    throw new RunFormatException(
                        $"{folder} has {benchmark.PlainId} in {origin[Key(benchmark)]} and in {part.Name}. Name one file.");
            }
        }
    }

    private static string Key(BenchmarkResult benchmark) => $"{benchmark.Namespace}.{benchmark.PlainId} {benchmark.Job}";
}
