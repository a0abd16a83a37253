namespace FastLoss.Bench.Analysis.Comparison;

public enum Verdict
{
    /// <summary>The launches are too few or too noisy for any of the others.</summary>
    Unproven,

    /// <summary>Proven to differ by less than the threshold.</summary>
    Same,

    /// <summary>Proven to be faster by more than the threshold.</summary>
    Faster,

    /// <summary>Proven to be slower by more than the threshold.</summary>
    Slower,
}

/// <summary>What counts as a difference, and how sure one must be.</summary>
/// <param name="Relative">The share of the time that nobody cares about.</param>
/// <param name="Nanoseconds">The same as a time, for calls so short that a moved loop changes them by percents.</param>
/// <param name="Significance">
/// The chance of each of "faster" and "slower" where nothing changed. Five launches against five can show no less than
/// 1/252 = 0.4 %, when all of one lie beyond all of the other; both together are then wrong in 0.8 %.
/// </param>
public sealed record Thresholds(double Relative = 0.01, double Nanoseconds = 0.2, double Significance = 0.005)
{
    /// <summary>How far two times may lie apart and be the same; symmetric, so swapping the runs mirrors the verdict.</summary>
    public double Between(double first, double second) => Math.Max(Relative * Math.Min(first, second), Nanoseconds);
}
