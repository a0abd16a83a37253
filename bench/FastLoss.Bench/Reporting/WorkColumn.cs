using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Reporting;

/// <summary>A column computed from a benchmark's median time and the work that its suite and shape stand for.</summary>
internal sealed class WorkColumn(string name, string legend, Func<WorkColumn.Work, double?> value, string format) : IColumn
{
    /// <param name="Nanoseconds">The benchmark's median.</param>
    /// <param name="Limit">The median of the memory's limit in the same run; null when it was not run.</param>
    public sealed record Work(ISuite Suite, double Nanoseconds, double? Limit);

    public static IColumn[] All { get; } =
    [
        new WorkColumn("ns/element", "Median time over the number of elements", w => w.Nanoseconds / w.Suite.Shape.Elements, "0.0000"),
        new WorkColumn(
            "GB/s",
            "The routine's unavoidable traffic over the median time",
            w => w.Suite.Passes == 0 ? null : (double)w.Suite.Shape.Elements * w.Suite.BytesPerElement / w.Nanoseconds,
            "0.0"),
        new WorkColumn("of limit", "Median time over the memory's limit measured in the same run", w => w.Nanoseconds / w.Limit, "0.00"),
    ];

    public string Id => $"{nameof(WorkColumn)}.{name}";

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (Median(summary, benchmarkCase) is not { } nanoseconds || benchmarkCase.Parameters["Shape"] is not Shape shape) return "";
        ISuite suite = SuiteList.Create(benchmarkCase.Descriptor.Type);
        suite.Shape = shape;
        double? limit = summary.BenchmarksCases
            .Where(other => other.Descriptor.Type == benchmarkCase.Descriptor.Type
                && other.Job.Equals(benchmarkCase.Job)
                && Equals(other.Parameters["Shape"], shape)
                && other.Descriptor.WorkloadMethod.Name.StartsWith("MemoryLimit", StringComparison.Ordinal))
            .Min(other => Median(summary, other));
        return value(new(suite, nanoseconds, limit))?.ToString(format, CultureInfo.InvariantCulture) ?? "";
    }

    private static double? Median(Summary summary, BenchmarkCase benchmarkCase) => summary[benchmarkCase]?.ResultStatistics?.Median;
}
