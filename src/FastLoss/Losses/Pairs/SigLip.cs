namespace FastLoss;

/// <summary>
/// The sigmoid loss of pairs (SigLIP, Zhai et al. 2023): of a square matrix s of similarities, whose diagonal holds the matching pairs, every
/// element is a decision of its own, match or not. With z = scale * s + bias, row i is
/// ln(1 + e^(-z_ii)) + sum_(c != i) ln(1 + e^(z_ic)): binary cross-entropy from logits, summed over the row. The mean divides by the number
/// of rows, as the paper does.
/// </summary>
/// <remarks>
/// Computed in double, with its digits where it is tiny too: float rows are exact to float's last digit, double rows within 1e-13 and 1e-16 of
/// the largest |z|; stable for every finite similarity. -infinity off the diagonal is a mask, with loss and gradient 0; on it the loss is +infinity and the gradient finite. NaN gives
/// NaN for its row, never for a neighbour. A pair that does not count, by mask or weight, takes no part: neither its row, nor its elements of
/// others' rows. A single row has its matching pair alone. Calls of embeddings e and f, of which s = e f^T,
/// make a block of rows of it at a time (64, or 262,144 elements), and their gradients of that, g f and g^T e. Of the gradient g by s, that by the bias is
/// the sum of g / scale, and by the scale that of g s / scale. No call on one thread allocates; buffers are borrowed from the array pool. The same input gives the same bits on every machine.
/// </remarks>
/// <param name="Scale">
/// What similarities are multiplied by, the inverse of a temperature: positive and finite in the element type, and so its inverse; the paper begins
/// with 10. There is no default: an unset one is refused.
/// </param>
/// <param name="Bias">What is added, finite in the element type; the paper begins with -10, for nearly all pairs do not match.</param>
public readonly record struct SigLip(double Scale, double Bias);
