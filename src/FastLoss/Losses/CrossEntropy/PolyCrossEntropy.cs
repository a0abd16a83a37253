using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Poly-1 of logits (Leng et al. 2022): cross-entropy with its first polynomial coefficient changed, r w_y (-ln p_y + epsilon (1 - p_y)) of
/// p = softmax(x) and label y, with class weights w and row weights r. Epsilon 0 is <see cref="SoftmaxCrossEntropy"/>; above 0 confident
/// rows go on learning, below 0 they count less. The mean divides by the sum of r w_y. The gradient is
/// r w_y (1 + epsilon p_y) (p_c - [c = y]).
/// </summary>
/// <remarks>
/// Relative error below 2e-6 (float) and 1e-13 (double), where the row is confident too: nothing is taken from 1. A logit of -infinity is a
/// mask: its probability is 0. A label there makes the loss +infinity and the gradient stays finite. A row of only -infinity (unless
/// <see cref="MaskedRows.Zeros"/> is asked for), or with +infinity or NaN, gives NaN for that row and never for a neighbour. No call on one
/// thread allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct PolyCrossEntropy : ILabelLoss
{
    private readonly double? _epsilon;

    /// <param name="epsilon">What is added to the coefficient of 1 - p: -1 or more. 1 when unset, 2 for images in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">epsilon is below -1, or more than a float can hold.</exception>
    public PolyCrossEntropy(double epsilon = 1)
    {
        Guard.FiniteParameter(epsilon);
        if (epsilon < -1) Throw.OutOfRange(nameof(epsilon), epsilon, "-1 or more");
        _epsilon = epsilon;
    }

    /// <summary>What is added to the coefficient of 1 - p.</summary>
    public double Epsilon => _epsilon ?? 1;

    void ILabelLoss.Check<T>(LossOptions<T> options)
    {
    }

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new BentObjective<T, PolyBend>(Epsilon), new RowTraits(LogitTransform.None, LabelsWeigh: true), ref totals);
}
