using System.Globalization;
using FastLoss.BenchCompare.Comparison;

namespace FastLoss.BenchCompare.Reports;

/// <summary>Numbers as every report writes them.</summary>
internal static class Format
{
    public static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => Number(nanoseconds, " ns"),
        < 1e6 => Number(nanoseconds / 1e3, " us"),
        < 1e9 => Number(nanoseconds / 1e6, " ms"),
        < 1e15 => Number(nanoseconds / 1e9, " s"),
        _ => (nanoseconds / 1e9).ToString("0.000e+0", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>-4.1 %: a tenth of a percent is below any run's noise. From 0 ns there is no percentage.</summary>
    public static string Change(double ratio) =>
        double.IsFinite(ratio) ? (ratio - 1).ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture) : "";

    public static string Percent(double share) => double.IsNaN(share) ? "" : share.ToString("0.0 %", CultureInfo.InvariantCulture);

    public static string Bytes(double? bytes) => bytes is { } b ? b.ToString("0", CultureInfo.InvariantCulture) : "";

    public static string Verdict(Verdict verdict) => verdict switch
    {
        Comparison.Verdict.Faster => "faster",
        Comparison.Verdict.Slower => "slower",
        Comparison.Verdict.Same => "same",
        _ => "unproven",
    };

    /// <summary>"slower (weak)": the verdict, and whether it rests on iterations of too few launches.</summary>
    public static string Verdict(BenchmarkComparison row) => Verdict(row.Verdict) + (row.IsWeak ? " (weak)" : "");

    /// <summary>The verdict as a table's reader wants it, with what would settle it and with new allocations.</summary>
    public static string FullVerdict(BenchmarkComparison row) =>
        Verdict(row) + (row.LaunchesToDecide is null ? "" : $" ({Gate.Advice(row)} would tell)") + (row.AllocatesMore ? ", allocates more" : "");

    /// <summary>By how much allocations changed; "new" where there were none before.</summary>
    public static string AllocationChange(BenchmarkComparison row) => (row.Before.AllocatedBytes, row.AllocationChange) switch
    {
        (_, null or 0) => "",
        (0, _) => "new",
        ({ } before, { } change) => Change(1 + (change / before)),
        _ => "",
    };

    public static string Allocation(BenchmarkComparison row) => row.AllocationChange switch
    {
        null => "",
        0 => Bytes(row.After.AllocatedBytes),
        _ => $"{Bytes(row.Before.AllocatedBytes)} -> {Bytes(row.After.AllocatedBytes)}",
    };

    private static string Number(double value, string unit) =>
        value.ToString(value < 10 ? "0.000" : value < 100 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + unit;
}
