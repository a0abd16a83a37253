using System.Globalization;
using System.Text;
using FastLoss.BenchCompare.Reports;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Bench.Readme;

/// <summary>The tables of speed against rivals, whole and short, from the records of this repository: the newest of each machine and instruction set.</summary>
public static class SpeedTable
{
    internal const string Ours = "FastLoss";

    private static readonly (string Method, string Title)[] s_rivals =
    [
        ("TensorPrimitives", "TensorPrimitives"), ("OnnxRuntime", "ONNX Runtime"), ("TorchSharp", "TorchSharp"), ("NaiveLoop", "plain loop"),
    ];

    private static readonly (string Element, string Title)[] s_elements = [("Single", "float"), ("Double", "double")];

    /// <summary>The rows a reader looks for, in the order of a classifier's work; those that a record lacks are left out.</summary>
    private static readonly (string Routine, string Suite, string[] Sizes)[] s_rows =
    [
        ("cross-entropy loss", "CrossEntropySuite", ["4096", "131072", "1048576", "16777216", "4000x10", "60000x10"]),
        ("softmax", "SoftmaxSuite", ["1000", "4096", "131072", "1048576", "16777216", "4000x10", "60000x10"]),
        ("loss and gradient", "CrossEntropyGradientSuite", ["4096", "131072", "1048576", "16777216", "4000x10", "60000x10"]),
        ("sum of squared errors", "SquaredErrorSuite", ["1000", "4096", "131072", "1048576", "16777216"]),
    ];

    /// <summary>In double the sizes that tell the most, against the one rival that has them all.</summary>
    private static readonly string[] s_doubleSizes = ["4096", "1048576", "4000x10"];

    /// <summary>One size for whole arrays and one for small rows.</summary>
    private static readonly string[] s_summarySizes = ["1048576", "4000x10"];

    /// <summary>Whether the table, measured whole, needs a benchmark. With less than the native instruction set it is short.</summary>
    /// <param name="suite">As reports name it: <c>SoftmaxSuite&lt;Single&gt;</c>.</param>
    /// <param name="method">The contender.</param>
    /// <param name="size">The shape.</param>
    /// <param name="isNative">False with instructions turned off: float, against TensorPrimitives alone.</param>
    public static bool Shows(string suite, string method, string size, bool isNative)
    {
        bool isOfTable = s_rows.Any(r => s_elements.Any(e => suite == Type(r.Suite, e.Element)) && suite.StartsWith(r.Suite + "<", StringComparison.Ordinal) && r.Sizes.Contains(size));
        bool isCore = method is Ours or "TensorPrimitives";
        bool isDouble = suite.EndsWith("<Double>", StringComparison.Ordinal);
        return isOfTable && (isCore || (isNative && !isDouble)) && (!isDouble || (isNative && s_doubleSizes.Contains(size)));
    }

    /// <summary>The newest record with a row of the table in each folder below <paramref name="recordsFolder"/>, in the folders' order.</summary>
    public static IReadOnlyList<Run> Newest(string recordsFolder) => Records.Newest(recordsFolder, run => s_elements.Any(e => HasRows(run, e.Element)));

    public static string Write(IReadOnlyList<Run> records)
    {
        StringBuilder text = new();
        foreach (Run record in records)
            foreach ((string element, string title) in s_elements)
                if (HasRows(record, element))
                    Append(text, record, element, title, isShort: false);
        return text.ToString();
    }

    /// <summary>Float at two sizes, against the rivals alone.</summary>
    public static string Summary(IReadOnlyList<Run> records)
    {
        StringBuilder text = new();
        (string element, string title) = s_elements[0];
        foreach (Run record in records)
            if (HasRows(record, element))
                Append(text, record, element, title, isShort: true);
        return text.ToString();
    }

    private static bool HasRows(Run record, string element) =>
        record.Benchmarks.Any(b => b.Method == Ours && s_rows.Any(r => b.Type == Type(r.Suite, element)));

    private static void Append(StringBuilder text, Run record, string element, string title, bool isShort)
    {
        HashSet<string> suites = [.. s_rows.Select(r => Type(r.Suite, element))];
        (string Method, string Title)[] rivals = [.. s_rivals.Where(r => record.Benchmarks.Any(b => b.Method == r.Method && suites.Contains(b.Type)))];
        bool threads = !isShort && record.Benchmarks.Any(b => b.Method == "FastLossThreads" && suites.Contains(b.Type));
        bool limits = !isShort && record.Benchmarks.Any(b => b.Method.Contains("Limit", StringComparison.Ordinal) && suites.Contains(b.Type));
        string[] headers = ["FastLoss", .. rivals.Select(r => r.Title)];
        if (threads) headers = [.. headers, "FastLoss, all cores"];
        if (limits) headers = [.. headers, "of the memory limit", "of 8 operations"];
        text.Append(CultureInfo.InvariantCulture, $"{ReportTable.Machine(record.Machine)}; {title}, one thread; record `{record.Name}`.");
        text.Append(isShort ? "\n\n" : " ns per element, or per row of rows of 10 classes; in parentheses how many times our time a rival takes.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| routine | size | {string.Join(" | ", headers)} | bytes |\n| --- | ---: |");
        foreach (var _ in headers) text.Append(" ---: |");
        text.Append(" ---: |\n");
        foreach ((string routine, string suite, string[] sizes) in s_rows)
        {
            foreach (string size in sizes.Where(s => !isShort || s_summarySizes.Contains(s)))
            {
                string type = Type(suite, element);
                if (Find(Ours) is not { } ours) continue;
                text.Append(CultureInfo.InvariantCulture, $"| {routine} | {Size(size)} | {PerUnit(ours.Median, size)} |");
                foreach ((string method, _) in rivals) text.Append(CultureInfo.InvariantCulture, $" {Versus(Find(method)?.Median)} |");
                if (threads) text.Append(CultureInfo.InvariantCulture, $" {Threads(Find("FastLossThreads")?.Median)} |");
                if (limits)
                {
                    double?[] memory = [Find("MemoryLimit")?.Median, Find("MemoryLimitNonTemporal")?.Median];
                    text.Append(CultureInfo.InvariantCulture, $" {Ratio(ours.Median / memory.Min())} | {Ratio(ours.Median / Find("ArithmeticLimit")?.Median)} |");
                }
                text.Append(CultureInfo.InvariantCulture, $" {Format.Bytes(ours.AllocatedBytes)} |\n");

                BenchmarkResult? Find(string method) => record.Find(type, method, $"Shape={size}");

                string Versus(double? rival) => rival is { } time ? $"{PerUnit(time, size)} ({Times(time / ours.Median)})" : "";

                string Threads(double? time) => time is { } t ? $"{PerUnit(t, size)} ({Times(ours.Median / t)} faster)" : "";
            }
        }
        text.Append('\n');
    }

    internal static string Type(string suite, string element) => $"{suite}<{element}>";

    internal static string Size(string size) => size switch
    {
        "4096" => "4,096",
        "131072" => "131,072",
        "1048576" => "1M",
        "16777216" => "16M",
        _ => size.Replace("x", " x ", StringComparison.Ordinal),
    };

    /// <summary>An element's time, or a row's where rows are small.</summary>
    internal static string PerUnit(double nanoseconds, string size)
    {
        double perUnit = nanoseconds / int.Parse(size.Split('x')[0], CultureInfo.InvariantCulture);
        return perUnit.ToString(perUnit < 1 ? "0.000" : perUnit < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);
    }

    internal static string Ratio(double? ratio) => ratio is { } r ? r.ToString("0.00", CultureInfo.InvariantCulture) : "";

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + "x";
}
