namespace FastLoss;

/// <summary>
/// The supervised contrastive loss (SupCon, Khosla et al. 2020): of a square matrix s of similarities among the rows of one batch, the positives of
/// row i are the other rows with its label. With P their number and q_p = e^(s_ip / tau) / sum_(c != i) e^(s_ic / tau), row i is
/// -sum_p ln(q_p) / P with the sum outside the logarithm, and -ln(sum_p q_p / P) with it inside. The diagonal, each row's
/// similarity to itself, takes no part, and a row without a positive is skipped.
/// </summary>
/// <remarks>
/// Computed in double by a sum over the positives and one over the negatives, of which nothing is subtracted: float rows are exact to float's last
/// digit, double rows within 1e-13 and 1e-16 of the largest |s / tau|; stable for every finite similarity. -infinity is a mask: as a negative it adds
/// nothing, as a positive it counts in P, with loss +infinity where the sum is outside, and where it is inside and every positive is masked; the gradient stays finite. A row of
/// only -infinity, or with +infinity or NaN beside its diagonal, gives NaN for that row, never for a neighbour. A row that mask or weight
/// leaves out is still a positive and a negative of others. With two rows of one label and no other, the loss is 0. The paper's code
/// multiplies by tau / 0.07 beside. Calls of embeddings e, of which s = e e^T, make a block of rows of it at a time (64, or 262,144
/// elements), and their gradient of that, (g + g^T) e, g that by s. No call on one thread allocates; buffers are borrowed from the array pool. The same input gives the same bits on every machine.
/// </remarks>
/// <param name="Temperature">tau, positive and finite in the element type, and so its inverse; the paper has 0.1. There is no default: an unset one is refused.</param>
/// <param name="Positives">Where the positives are summed; outside the logarithm when unset, which the paper found the better.</param>
public readonly record struct SupCon(double Temperature, PositivesSum Positives = PositivesSum.Outside);

/// <summary>Where a contrastive loss sums over the positives of a row.</summary>
public enum PositivesSum
{
    /// <summary>Outside the logarithm: the mean of the positives' own losses, L_out of Khosla et al.</summary>
    Outside = 0,

    /// <summary>Inside the logarithm: one loss of the positives' mean share, L_in.</summary>
    Inside = 1,
}
