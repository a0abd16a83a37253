namespace FastLoss.BenchCompare.Comparison;

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

/// <summary>What a verdict rests on.</summary>
public enum Evidence
{
    /// <summary>Medians of launches, which are independent.</summary>
    Launches,

    /// <summary>
    /// Iterations of too few launches. They share their launch's memory layout and compiled code, so what sets two launches apart looks like a
    /// change of the code: weak evidence, for which a change must be larger by <see cref="Thresholds.LaunchNoise"/>.
    /// </summary>
    Iterations,
}

/// <summary>A verdict and what it rests on.</summary>
/// <param name="NotSlower">
/// Proven not to be slower by more than the threshold: what a gate asks, and less than <see cref="Verdict.Same"/> or
/// <see cref="Verdict.Faster"/>.
/// </param>
public sealed record Decision(Verdict Verdict, Evidence Evidence, bool NotSlower);
