namespace FastLoss;

/// <summary>
/// The contrastive loss InfoNCE (van den Oord et al. 2018) with explicit negatives, as of a queue or a memory (MoCo, He et al. 2020): a row holds
/// the similarities of a query to its positive, in the first column, and to its negatives, in the others. With s+ the first and s_k the
/// others it is -ln(e^(s+ / tau) / (e^(s+ / tau) + sum_k e^(s_k / tau))).
/// </summary>
/// <remarks>
/// It is <see cref="SoftmaxCrossEntropy"/> of s / tau with label 0, with its accuracy (a float s / tau rounds once, which moves the loss by up to 1e-7
/// |s / tau|), and its treatment of -infinity as a mask: queries may have different numbers of negatives. A masked positive gives +infinity
/// and a finite gradient. A row of a single column has no negative, and loss 0. NaN gives NaN for that row, never for a neighbour. Of negatives
/// from the same batch take <see cref="NTXent"/> or <see cref="ClipLoss"/>. Calls of embeddings make a block of rows of
/// similarities at a time (64, or 262,144 elements). No call on one thread allocates; buffers are borrowed from the array pool. The same input gives the same
/// bits on every machine.
/// </remarks>
/// <param name="Temperature">
/// tau, positive and finite in the element type, and so its inverse; 0.05 to 0.5 is usual. There is no default: an unset one is refused.
/// </param>
/// <param name="HasOwnNegatives">
/// Of embeddings, whether the negatives hold as many rows for each query, one query's after the other's; when unset all queries share them.
/// </param>
public readonly record struct InfoNCE(double Temperature, bool HasOwnNegatives = false);
