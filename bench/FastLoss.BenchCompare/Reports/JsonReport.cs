using System.Text.Json;
using System.Text.Json.Serialization;
using FastLoss.BenchCompare.Comparison;

namespace FastLoss.BenchCompare.Reports;

/// <summary>The comparison for other programs: times in nanoseconds, changes as ratios.</summary>
public static class JsonReport
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(RunComparison comparison) => JsonSerializer.Serialize(
        new
        {
            Before = comparison.Before.Name,
            After = comparison.After.Name,
            comparison.After.Machine,
            comparison.Thresholds,
            Benchmarks = comparison.Benchmarks.Select(b => new
            {
                b.Id,
                b.Group,
                b.Verdict,
                b.Decision.Evidence,
                b.Decision.NotSlower,
                b.Ratio,
                b.Spread,
                b.LaunchesToDecide,
                Before = b.ObservedBefore,
                After = b.ObservedAfter,
                AllocatedBefore = b.Before.AllocatedBytes,
                AllocatedAfter = b.After.AllocatedBytes,
            }),
            comparison.Groups,
            comparison.OnlyBefore,
            comparison.OnlyAfter,
            Failed = comparison.Failed.Select(b => new { b.Id, b.Failure }),
            Gate = Gate.Of(comparison),
        },
        s_json) + "\n";

    public static string Write(Trend trend) =>
        JsonSerializer.Serialize(new { Runs = trend.Runs.Select(r => r.Name), trend.Lines }, s_json) + "\n";
}
