using System.Text.Json.Serialization;

namespace FastLoss.BenchCompare.Runs;

/// <summary>
/// One launch (one process) of a benchmark, in nanoseconds an operation. Iterations of a launch share its memory layout and
/// its compiled code, so they are not independent: the median of a launch is one observation, however many it is made of.
/// </summary>
public sealed record Launch(double Min, double Median, double Max)
{
    public static Launch Of(IReadOnlyCollection<double> nanoseconds)
    {
        if (nanoseconds.Count == 0) throw new ArgumentException("A launch needs at least one iteration.", nameof(nanoseconds));
        return new(nanoseconds.Min(), Statistics.Median(nanoseconds), nanoseconds.Max());
    }
}

/// <summary>A benchmark of a run: which it is, the launches it was measured in, and what it allocates.</summary>
/// <param name="Type">The suite, such as <c>SoftmaxSuite&lt;Single&gt;</c>.</param>
/// <param name="Method">The contender, such as <c>FastLoss</c>.</param>
/// <param name="Parameters">Such as <c>Shape=4000x10</c>; empty without parameters.</param>
/// <param name="Launches">At least one, or none where the benchmark failed.</param>
/// <param name="AllocatedBytes">Bytes an operation; null when it was not measured.</param>
public sealed record BenchmarkResult(
    string Type, string Method, string Parameters, IReadOnlyList<Launch> Launches, double? AllocatedBytes)
{
    /// <summary>Of the type; null when the source does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Namespace { get; init; }

    /// <summary>The job it ran under, with its settings; null when the source does not tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Job { get; init; }

    /// <summary>Every iteration of every launch, in nanoseconds an operation; empty where only the launches are kept.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Iterations { get; init; } = [];

    /// <summary>Why there is no time; null where there is one.</summary>
    [JsonIgnore]
    public string? Failure { get; init; }

    /// <summary>
    /// Names the benchmark across runs: type, method and parameters, and what tells it from others that share them
    /// (<see cref="RunNames"/>).
    /// </summary>
    [JsonIgnore]
    public string Id
    {
        get => field ?? PlainId;
        init;
    }

    /// <summary>The type, with its namespace where that tells it from another.</summary>
    [JsonIgnore]
    public string Suite
    {
        get => field ?? Type;
        init;
    }

    /// <summary>Type, method and parameters.</summary>
    [JsonIgnore]
    public string PlainId => Parameters.Length == 0 ? $"{Type}.{Method}" : $"{Type}.{Method}({Parameters})";

    [JsonIgnore]
    public double[] Medians => [.. Launches.Select(l => l.Median)];

    /// <summary>The median of the launches' medians.</summary>
    [JsonIgnore]
    public double Median => Statistics.Median(Medians);
}
