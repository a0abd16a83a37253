namespace FastLoss;

/// <summary>
/// The sigmoid loss of pairs (SigLIP, Zhai et al. 2023): of a square matrix s of similarities, whose diagonal holds the matching pairs, every
/// element is a decision of its own, match or not. With z = scale * s + bias, row i is
/// ln(1 + e^(-z_ii)) + sum_(c != i) ln(1 + e^(z_ic)): binary cross-entropy from logits, summed over the row. The mean divides by the number
/// of rows, as the paper does.
/// </summary>
/// <remarks>
/// Computed in double, with its digits where it is tiny too: float rows are exact to float's last digit, double rows within 1e-13 and 1e-16 of
/// the largest |z|; stable for every finite similarity. No softmax: a row needs no other, so parts of rows may be given to any number of
/// machines. -infinity off the diagonal is a mask, with loss and gradient 0; on it the loss is +infinity and the gradient finite. NaN gives
/// NaN for its row, never for a neighbour. A single row has its matching pair alone. With e and f the matrices of embeddings, s = e f^T, and g
/// the gradient by s, that by e is g f, by f g^T e, by the bias the sum of g / scale, and by the scale that of g s / scale. No call allocates. The
/// same input gives the same bits on every machine.
/// </remarks>
/// <param name="Scale">
/// What similarities are multiplied by, the inverse of a temperature: positive and finite in the element type, and so its inverse; the paper begins
/// with 10. There is no default: an unset one is refused.
/// </param>
/// <param name="Bias">What is added, finite in the element type; the paper begins with -10, for nearly all pairs do not match.</param>
public readonly record struct SigLip(double Scale, double Bias);
