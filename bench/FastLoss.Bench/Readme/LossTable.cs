using System.Globalization;
using System.Text;
using FastLoss.BenchCompare.Reports;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Bench.Readme;

/// <summary>The times of every element-wise loss and of every option of cross-entropy, from the newest records.</summary>
public static class LossTable
{
    private const string Value = "ElementwiseLossSuite<Single>", Both = "ElementwiseGradientSuite<Single>",
        OptionsValue = "CrossEntropyOptionsSuite<Single>", OptionsBoth = "CrossEntropyOptionsGradientSuite<Single>";

    private const string InCache = "4096", InMemory = "1048576", SmallRows = "4000x10", LongRows = "1000x1000", Plain = "plain";

    /// <summary>A loss within a quarter of what reading its input takes waits for memory; beyond, for its own arithmetic.</summary>
    private const double NearLimit = 1.25;

    public static bool Shows(string suite, string method, string size) => suite switch
    {
        Value => method is SpeedTable.Ours or "MemoryLimit",
        Both => size == InCache && method is SpeedTable.Ours or "MemoryLimit",
        OptionsValue or OptionsBoth => method == SpeedTable.Ours,
        _ => false,
    };

    public static IReadOnlyList<Run> Newest(string recordsFolder) => Records.Newest(recordsFolder, HasRows);

    public static string Write(IReadOnlyList<Run> records)
    {
        StringBuilder text = new();
        foreach (Run record in records)
        {
            Losses(text, record);
            Options(text, record);
        }
        return text.ToString();
    }

    private static bool HasRows(Run run) =>
        run.Benchmarks.Any(b => b.Method == SpeedTable.Ours && b.Type is Value or Both or OptionsValue or OptionsBoth);

    private static void Losses(StringBuilder text, Run record)
    {
        string[] losses = Variants(record, Value);
        if (losses.Length == 0) return;
        double? readInCache = Limit(record, InCache), readInMemory = Limit(record, InMemory);
        Caption(text, record, "ns per element");
        text.Append(CultureInfo.InvariantCulture, $"Reading both arrays takes {Element(readInCache, InCache)} ns in L1 and {Element(readInMemory, InMemory)} ns at 1M elements.\n\n");
        text.Append("| loss | in L1 | with gradient | at 1M | bound at 1M by |\n| --- | ---: | ---: | ---: | --- |\n");
        foreach (string loss in losses)
        {
            double? atMemory = Find(record, Value, InMemory, loss);
            string bound = atMemory / readInMemory is { } ratio ? ratio <= NearLimit ? "memory" : $"arithmetic, {SpeedTable.Ratio(ratio)} of the memory limit" : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{loss}` | {Element(Find(record, Value, InCache, loss), InCache)} | {Element(Find(record, Both, InCache, loss), InCache)} | {Element(atMemory, InMemory)} | {bound} |\n");
        }
        text.Append('\n');
    }

    private static void Options(StringBuilder text, Run record)
    {
        string[] options = [.. Variants(record, OptionsValue).OrderBy(v => v != Plain)];
        if (options.Length == 0) return;
        Caption(text, record, "softmax cross-entropy, ns per row of 10 or 1,000 classes, and how many times the plain loss's");
        text.Append("\n| option | 10 classes | with gradient | 1,000 classes | with gradient |\n| --- | ---: | ---: | ---: | ---: |\n");
        foreach (string option in options)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {option} |");
            foreach (string size in (string[])[SmallRows, LongRows])
                foreach (string suite in (string[])[OptionsValue, OptionsBoth])
                    text.Append(CultureInfo.InvariantCulture, $" {ToPlain(Find(record, suite, size, option), Find(record, suite, size, Plain), size, option)} |");
            text.Append('\n');
        }
        text.Append('\n');
    }

    private static void Caption(StringBuilder text, Run record, string what) =>
        text.Append(CultureInfo.InvariantCulture, $"{ReportTable.Machine(record.Machine)}; float, one thread; record `{record.Name}`; {what}.\n");

    private static string ToPlain(double? time, double? plain, string size, string option) => time is not { } t ? ""
        : option == Plain || plain is null ? SpeedTable.PerUnit(t, size)
        : $"{SpeedTable.PerUnit(t, size)} ({SpeedTable.Ratio(t / plain)})";

    private static string[] Variants(Run record, string suite) =>
    [
        .. record.Benchmarks.Where(b => b.Type == suite && b.Method == SpeedTable.Ours)
            .Select(b => Parameter(b, "Variant")).Distinct().Order(StringComparer.Ordinal),
    ];

    private static double? Find(Run record, string suite, string size, string variant) => record.Benchmarks
        .FirstOrDefault(b => b.Type == suite && b.Method == SpeedTable.Ours && Parameter(b, "Shape") == size && Parameter(b, "Variant") == variant)?.Median;

    private static double? Limit(Run record, string size) =>
        record.Benchmarks.FirstOrDefault(b => b.Type == Value && b.Method == "MemoryLimit" && Parameter(b, "Shape") == size)?.Median;

    /// <summary>"Shape=4096&amp;Variant=Huber" in any order.</summary>
    private static string Parameter(BenchmarkResult benchmark, string name) => benchmark.Parameters
        .Split('&').Select(p => p.Split('=', 2)).FirstOrDefault(p => p[0] == name) is [_, var value] ? value : "";

    private static string Element(double? time, string size) => time is { } t ? SpeedTable.PerUnit(t, size) : "";
}
