namespace FastLoss;

/// <summary>
/// What a loss over many elements or rows adds up to: the sum, the weight it is divided by for the mean, and how many
/// entries counted. Tallies add, so micro-batches, threads and machines merge without a wrong denominator.
/// </summary>
/// <param name="Sum">The sum of the losses, in double whatever the element type.</param>
/// <param name="Weight">What <see cref="Mean"/> divides by: the number of entries, or the sum of their weights.</param>
/// <param name="Count">How many entries were counted; ignored ones are not.</param>
public readonly record struct LossTally(double Sum, double Weight, long Count)
{
    /// <summary><see cref="Sum"/> / <see cref="Weight"/>; NaN when the weight is 0: nothing was counted, or the weights cancel.</summary>
    public double Mean => Weight == 0 ? double.NaN : Sum / Weight;

    /// <summary>The tally of both parts together.</summary>
    public static LossTally operator +(LossTally left, LossTally right) => left.Add(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public LossTally Add(LossTally other) => new(Sum + other.Sum, Weight + other.Weight, Count + other.Count);
}
