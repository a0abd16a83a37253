using System.Globalization;
using System.Text;
using FastLoss.Bench.Analysis.Reports;
using FastLoss.Bench.Analysis.Runs;

namespace FastLoss.Bench.Analysis.Readme;

/// <summary>README's speed table, from the records of this repository: the newest of each machine.</summary>
public static class SpeedTable
{
    private const string Ours = "FastLoss";

    private static readonly (string Method, string Title)[] s_rivals =
    [
        ("NaiveLoop", "plain loop"), ("TensorPrimitives", "TensorPrimitives"), ("OnnxRuntime", "ONNX Runtime"), ("TorchSharp", "TorchSharp"),
    ];

    /// <summary>The rows a reader looks for, in the order of a classifier's work; those that a record lacks are left out.</summary>
    private static readonly (string Routine, string Suite, string[] Sizes)[] s_rows =
    [
        ("Cross-entropy loss from logits", "CrossEntropySuite<Single>", ["4096", "131072", "1048576", "16777216", "4000x10", "60000x10"]),
        ("Softmax", "SoftmaxSuite<Single>", ["1000", "4096", "131072", "1048576", "16777216", "4000x10", "60000x10"]),
        ("Loss and gradient in one call", "CrossEntropyGradientSuite<Single>", ["4096", "131072", "1048576", "16777216", "4000x10", "60000x10"]),
        ("Sum of squared errors", "SquaredErrorSuite<Single>", ["1000", "4096", "131072", "1048576", "16777216"]),
    ];

    /// <summary>The suites that the table shows, as reports name them.</summary>
    public static IReadOnlyCollection<string> Suites { get; } = [.. s_rows.Select(r => r.Suite).Distinct()];

    public static bool Shows(string suite, string size) => s_rows.Any(r => r.Suite == suite && r.Sizes.Contains(size));

    /// <summary>The newest record of each folder below <paramref name="recordsFolder"/>, in the folders' order.</summary>
    public static IReadOnlyList<Run> Newest(string recordsFolder) => !Directory.Exists(recordsFolder) ? [] :
    [
        .. RunSource.Records(recordsFolder)
            .GroupBy(Path.GetDirectoryName)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Select(RunSource.LoadFile).MaxBy(r => r.Date)!),
    ];

    public static string Write(IReadOnlyList<Run> records)
    {
        StringBuilder text = new();
        foreach (Run record in records) Append(text, record);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Run record)
    {
        (string Method, string Title)[] rivals = [.. s_rivals.Where(r => record.Benchmarks.Any(b => b.Method == r.Method && s_rows.Any(row => row.Suite == b.Type)))];
        text.Append(CultureInfo.InvariantCulture, $"{ReportTable.Machine(record.Machine)}, one thread, float; record `{record.Name}`. A rival's column says how many times our time it takes.\n\n");
        text.Append("| routine | size | FastLoss |");
        foreach ((_, string title) in rivals) text.Append(CultureInfo.InvariantCulture, $" {title} |");
        text.Append(" of the memory limit | bytes |\n| --- | ---: | ---: |");
        foreach (var _ in rivals) text.Append(" ---: |");
        text.Append(" ---: | ---: |\n");
        foreach ((string routine, string suite, string[] sizes) in s_rows)
        {
            foreach (string size in sizes)
            {
                string parameters = $"Shape={size}";
                if (record.Find(suite, Ours, parameters) is not { } ours) continue;
                text.Append(CultureInfo.InvariantCulture, $"| {routine} | {Size(size)} | {Time(ours.Median, size)} |");
                foreach ((string method, _) in rivals)
                    text.Append(CultureInfo.InvariantCulture, $" {Times(record.Find(suite, method, parameters)?.Median / ours.Median)} |");
                double?[] limits = [record.Find(suite, "MemoryLimit", parameters)?.Median, record.Find(suite, "MemoryLimitNonTemporal", parameters)?.Median];
                text.Append(CultureInfo.InvariantCulture, $" {Ratio(ours.Median / limits.Min())} | {Format.Bytes(ours.AllocatedBytes)} |\n");
            }
        }
        text.Append('\n');
    }

    private static string Size(string size) => size switch
    {
        "1048576" => "1M",
        "16777216" => "16M",
        _ => size.Replace("x", " x ", StringComparison.Ordinal),
    };

    /// <summary>An element's time, or a row's where rows are small.</summary>
    private static string Time(double nanoseconds, string size)
    {
        string[] parts = size.Split('x');
        double perUnit = nanoseconds / int.Parse(parts[0], CultureInfo.InvariantCulture);
        return perUnit.ToString(perUnit < 1 ? "0.000" : "0.00", CultureInfo.InvariantCulture) + (parts.Length == 2 ? " ns a row" : " ns");
    }

    private static string Times(double? ratio) =>
        ratio is { } r ? r.ToString(r < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + "x" : "";

    private static string Ratio(double? ratio) => ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "";
}
