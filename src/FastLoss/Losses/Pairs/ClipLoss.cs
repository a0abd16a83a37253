namespace FastLoss;

/// <summary>
/// The symmetric contrastive loss of pairs (CLIP, Radford et al. 2021): of a square matrix s of similarities, whose diagonal holds the matching
/// pairs, pair i is the mean of two softmax cross-entropies with label i, that of row i and that of column i:
/// -(ln(e^(s_ii / tau) / sum_c e^(s_ic / tau)) + ln(e^(s_ii / tau) / sum_r e^(s_ri / tau))) / 2.
/// </summary>
/// <remarks>
/// It is <see cref="SoftmaxCrossEntropy"/> of the rows and of the columns of s / tau, with its accuracy (a float s / tau rounds once, which
/// moves the loss by up to 1e-7 |s / tau|) and its treatment of -infinity as a mask. A pair that does
/// not count, by mask or weight, takes no part: neither its row and column, nor its elements of others'. NaN makes the pair of its row
/// and that of its column NaN. A single pair has loss 0. A call with a gradient borrows a buffer as long as the similarities from the
/// array pool. Calls of embeddings e and f, of which s = e f^T, borrow another, for columns need every row, and their gradients are g f and g^T e, g that by s. No
/// call on one thread allocates.
/// The same input gives the same bits on every machine.
/// </remarks>
/// <param name="Temperature">
/// tau, positive and finite in the element type, and so its inverse; the paper begins with 0.07 and stops at 0.01. There is no default: an unset one is refused.
/// </param>
public readonly record struct ClipLoss(double Temperature);
