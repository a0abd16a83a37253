using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>A metric's value of rows of scores and their labels, in memory that was made before.</summary>
public delegate double MetricCall<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels);

/// <summary>One number of a metric: its call, its definition in double, and what it is given.</summary>
/// <param name="Type">The metric's class.</param>
/// <param name="Figure">Which of its numbers.</param>
/// <param name="Definition">The number, of all rows and their labels.</param>
public abstract record MetricCase(Type Type, string Figure, Func<double[][], int[], double> Definition)
{
    /// <summary>Every metric, in the digest's order; of each the first case stands for it in benchmarks.</summary>
    public static IReadOnlyList<MetricCase> All { get; } =
        [.. RankMetrics.Cases, .. ConfusionMetrics.Cases, .. AgreementMetrics.Cases, .. ProbabilityMetrics.Cases, .. CurveMetrics.Cases, .. SampleMetrics.Cases];

    public string Name => $"{Type.Name}, {Figure}";

    /// <summary>Whether it takes probabilities; otherwise scores or logits.</summary>
    public virtual bool TakesProbabilities => false;

    /// <summary>Whether it is in the digest's line of metrics; what is not has a line of its own.</summary>
    public virtual bool IsDigested => true;

    /// <summary>Makes what the metric counts in.</summary>
    public abstract MetricCall<T> Start<T>(int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    public sealed override string ToString() => Name;
}
