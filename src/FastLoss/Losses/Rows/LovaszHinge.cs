using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Lovasz hinge of rows of scores x against masks t, for segmentation (Berman et al. 2018): the convex surrogate of the Jaccard loss, 1 - intersection over
/// union of the pixels taken for the mask's, those with a score above 0. With the errors e = 1 - x where the target is above 0 and 1 + x elsewhere, sorted so that the largest is first, it is
/// sum max(0, e_i) (J_i - J_(i-1)), J_i the Jaccard loss of taking the first i pixels wrongly and the others right.
/// </summary>
/// <remarks>
/// <para>A row is an image; of a batch as one image take one row. A mask without pixels has J = 1 from the first wrong pixel on: the loss is the largest error.</para>
/// <para>Computed in double, J_i - J_(i-1) without subtraction (1 / union for a pixel of the mask, intersection / (union (union + 1)) for another): within 1 ULP in float, 1e-13 in double, of up to a million columns. The derivative by
/// a score is -(J_i - J_(i-1)) at a pixel of the mask, + elsewhere, 0 where the error is not above 0. Pixels of the same error stand in an order that the errors and their places decide, the same on every machine; every order has the same loss and gives a subgradient.</para>
/// <para>NaN in a row gives NaN for that row, never for a neighbour; a score of -infinity at a pixel of the mask makes the loss +infinity with a finite gradient. No call allocates, but rows of more than some thousand columns borrow 12 bytes a column from the array pool. The same input gives the same
/// bits on every machine.</para>
/// </remarks>
public readonly record struct LovaszHinge : ITargetLoss
{
    void ITargetLoss.Check<T>(LossOptions<T> options) => Guard.NoClasses(options);

    void ITargetLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new LovaszObjective<T>(), new RowTraits(LogitTransform.None), ref totals);
}
