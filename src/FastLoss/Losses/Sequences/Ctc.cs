namespace FastLoss;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006): of the classes of T time steps, one of which is the blank, -ln of the summed probability of all alignments with a target, that is of all
/// sequences of T classes that become the target once repetitions are merged and blanks removed. For recognisers of speech, handwriting and text in pictures.
/// </summary>
/// <remarks>
/// <para>Computed in log space and in double, so that nothing underflows at any number of steps; within T 2^-53 of the loss, relatively (at 10,000 steps 1e-13 was measured), rounded once; a gradient's elements within T 2^-53 (1 + the loss). With L labels it takes
/// O(T L) steps; a gradient borrows 8 T (2 L + 3) bytes and some from the array pool, a loss alone two rows of it; nothing is allocated else. The same input gives the same bits on every machine.</para>
/// <para>A target that no alignment has (fewer steps than labels and repetitions, or one that needs a class of probability 0) has the loss +infinity and a gradient of zeros, never one of a softmax that belongs to no
/// loss; with <see cref="ZeroInfinity"/> its loss is 0. An empty target is all blanks. Logits of -infinity are masks, probability 0. A step that holds NaN or +infinity, or nothing but -infinity, makes its sequence NaN,
/// loss and gradient, and no other; steps past a sequence's own number are not read, and their gradient is 0.</para>
/// <para>The mean is over sequences; PyTorch's "mean" also divides each by its number of labels: give the inverses of these as weights and the number of sequences as denominator.</para>
/// </remarks>
public readonly record struct Ctc
{
    /// <summary>The class that stands for no label, from 0 to the number of classes - 1.</summary>
    public int Blank { get; init; }

    /// <summary>Whether a target without an alignment has the loss 0 instead of +infinity.</summary>
    public bool ZeroInfinity { get; init; }

    /// <summary>
    /// Whether the inputs are log-probabilities already, and not logits: the gradient is then by these, -(the probability of the alignments through the class at the step), and only the classes of the target and the blank are read.
    /// </summary>
    public bool FromLogProbabilities { get; init; }
}
