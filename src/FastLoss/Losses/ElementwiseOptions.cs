using System.Numerics;

namespace FastLoss;

/// <summary>
/// Which elements count, by how much, and what the gradient is divided by. The default counts each once. Losses of rows or pairs of
/// rows take it with a row for an element.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly ref struct ElementwiseOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// A factor for each element; none when empty. An element of weight 0 does not count: whatever its prediction and target are,
    /// NaN included, it changes neither sum nor weight, and its gradient is 0.
    /// </summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>True for each element that counts; all do when empty. A masked element changes nothing, NaN included; its gradient is 0.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>
    /// What the sum is divided by, in the tally's <see cref="LossTally.Weight"/> and the gradient, instead of the sum of the
    /// weights: the number of rows for a sum over columns and a mean over rows, the whole batch's weight for a micro-batch,
    /// 1 for the gradient of the sum. Tallies add their weights: of micro-batches that all have the whole batch's weight here, add the
    /// means, or the sums.
    /// </summary>
    public double? Denominator { get; init; }
}
