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
    /// NaN included, it adds 0 to sum and weight, and its gradient is 0. Weights that sum to 0 have no mean: it is NaN, and the
    /// gradient zeros.
    /// </summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>
    /// True for each element that counts; all do when empty. Of a masked element only its place counts: whatever its prediction and target
    /// are, NaN included, the bits are those of an element there whose loss is 0. (Taking it out moves the others to other places, in
    /// which they are added in another order.) Its gradient is 0.
    /// </summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>
    /// What the gradient is divided by instead of the sum of the weights: the number of rows for a sum over columns and a mean over
    /// rows, the whole batch's weight for a micro-batch, 1 for the gradient of the sum. It changes no tally: those of micro-batches add
    /// to that of the batch. Positive and finite as a <typeparamref name="T"/>, and so its inverse.
    /// </summary>
    public double? Denominator { get; init; }
}
