using System.Numerics;

namespace FastLoss;

/// <summary>
/// Which entries of a call count and by how much, what the gradient is divided by, and how the call runs: the one options type of all
/// losses. The default counts each entry once. What changes the loss itself is a parameter of the loss.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly ref struct LossOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// A factor for each entry, which is an element, a row or a pair; none when empty. An entry of weight 0 does not count: whatever it
    /// holds, NaN included, it adds 0 to sum and weight, and its gradient is 0. Weights that sum to 0 have no mean: it is NaN, and the
    /// gradient zeros.
    /// </summary>
    public ReadOnlySpan<T> Weights { get; init; }

    /// <summary>A factor for each class, of losses of classes; none when empty.</summary>
    public ReadOnlySpan<T> ClassWeights { get; init; }

    /// <summary>
    /// True for each entry that counts; all do when empty. Of a masked entry only its place counts: whatever it holds, NaN included, the bits
    /// are those of an entry there whose loss is 0. (Taking it out moves the others to other places, in which they are added in
    /// another order.) Its gradient is 0.
    /// </summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>
    /// Rows with this label are skipped before anything of them is read; it need not be a class. Their gradient is 0. Labels are
    /// compared as the integers they are: of a type that cannot hold it, none is skipped.
    /// </summary>
    public Int128? IgnoreLabel { get; init; }

    /// <summary>
    /// What the gradient is divided by instead of the sum of the weights: the number of rows for a sum over columns and a mean over
    /// rows, the whole batch's weight for a micro-batch, 1 for the gradient of the sum. It changes no tally: those of micro-batches add
    /// to that of the batch. Positive and finite as a <typeparamref name="T"/>, and so its inverse.
    /// </summary>
    public double? Denominator { get; init; }

    /// <summary>
    /// Adds the gradient to what the destination holds instead of replacing it; the destination is then apart from all inputs. A second
    /// derivative is added like it. A loss of pairs or triplets of rows borrows a buffer as long as the gradient from the array pool for it.
    /// </summary>
    public bool Accumulate { get; init; }

    /// <summary>What a row becomes whose logits are all -infinity.</summary>
    public MaskedRows MaskedRows { get; init; }

    /// <summary>
    /// How many threads may share the work: 0 or 1 the caller's alone, -1 as many as there are cores. The bits are the same. Threads
    /// are used from 262,144 elements on, by every loss with any options; a call with them allocates some 200 bytes, whatever its length.
    /// </summary>
    public int Threads { get; init; }
}

/// <summary>What a row becomes of which every class is masked: all its logits are -infinity.</summary>
public enum MaskedRows
{
    /// <summary>NaN, loss, gradient and probabilities: there is no softmax.</summary>
    NaN = 0,

    /// <summary>The row does not count, like an ignored one: loss, gradient and probabilities are 0, and log-probabilities -infinity.</summary>
    Zeros = 1,
}
