using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Hamming loss of rows with any number of labels: how many decisions are wrong, each score being one. Of rows with one label it is
/// <see cref="ConfusionMatrix.HammingLoss"/>.
/// </summary>
/// <remarks>A score that is NaN is wrong. Exact; tallies add, so any split of the data gives the same. No call allocates.</remarks>
public static class Hamming
{
    /// <summary>Counts the wrong decisions.</summary>
    /// <param name="scores">Logits, probabilities or other scores, of rows of any length next to each other.</param>
    /// <param name="targets">As many: above 0 for a label, 0 for none.</param>
    /// <param name="threshold">A label is predicted where the score is above it: 0 for logits, 0.5 for probabilities.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">threshold is not finite.</exception>
    public static HammingTally Evaluate<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, double threshold = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(scores, targets);
        Guard.Finite(threshold);
        return new(Decisions.Wrong(scores, targets, threshold), scores.Length);
    }
}

/// <summary>Wrong decisions, of all; tallies add exactly.</summary>
/// <param name="Wrong">Decisions that are not as the targets say.</param>
/// <param name="Count">All decisions.</param>
public readonly record struct HammingTally(long Wrong, long Count)
{
    /// <summary><see cref="Wrong"/> / <see cref="Count"/>; NaN when nothing was counted.</summary>
    public double Value => (double)Wrong / Count;

    /// <summary>The tally of both parts together.</summary>
    public static HammingTally operator +(HammingTally left, HammingTally right) => left.Add(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public HammingTally Add(HammingTally other) => new(Wrong + other.Wrong, Count + other.Count);
}
