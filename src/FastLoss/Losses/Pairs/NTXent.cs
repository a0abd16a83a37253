namespace FastLoss;

/// <summary>
/// The contrastive loss NT-Xent (normalized temperature-scaled cross-entropy, Chen et al. 2020), InfoNCE (van den Oord et al. 2018)
/// among the rows of one batch: of a square matrix s of similarities, row i with its positive in column y is
/// -ln(e^(s_iy / tau) / sum_(c != i) e^(s_ic / tau)). The diagonal, each row's similarity to itself, takes no part.
/// </summary>
/// <remarks>
/// It is <see cref="SoftmaxCrossEntropy"/> of s / tau with the diagonal masked, with its accuracy (a float s / tau rounds once, which
/// moves the loss by up to 1e-7 |s / tau|), its treatment of -infinity as a mask, and NaN for a row that holds NaN beside its diagonal,
/// never for a neighbour. Of similarities between two batches, where the diagonal is the positive, take <see cref="ClipLoss"/>
/// or <see cref="SigLip"/>; of several positives <see cref="SupCon"/>. With e the matrix of embeddings, s = e e^T, and g the gradient by s, that by e
/// is (g + g^T) e. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
/// <param name="Temperature">
/// tau, positive and finite in the element type, and so its inverse; 0.05 to 0.5 is usual. There is no default: an unset one is refused.
/// </param>
public readonly record struct NTXent(double Temperature);
