using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The generalized cross-entropy of logits, for labels that may be wrong (Zhang and Sabuncu 2018): r w_y (1 - p_y^q) / q of p = softmax(x)
/// and label y, with class weights w and row weights r. Power q = 0 is cross-entropy, 1 is 1 - p_y, which forgives a wrong label the
/// most. The mean divides by the sum of r w_y. The gradient is r w_y p_y^q (p_c - [c = y]).
/// </summary>
/// <remarks>
/// Relative error of the loss below 2e-6 (float) and 1e-13 (double), also near q = 0 and where the row is confident: it is
/// computed as l (1 - e^(-q l)) / (q l) from the cross-entropy l; of the gradient that and the error of q l. A logit of -infinity is a mask: its
/// probability is 0. A label there has loss 1 / q and gradient 0; with q = 0 loss +infinity and a finite gradient. A row of only -infinity (unless
/// <see cref="MaskedRows.Zeros"/> is asked for), or with +infinity or NaN, gives NaN for that row and never for a neighbour. No call on one
/// thread allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct GeneralizedCrossEntropy : ILabelLoss
{
    private readonly double? _power;

    /// <param name="power">q, 0 to 1; 0.7 when unset, as in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">power is not 0 to 1.</exception>
    public GeneralizedCrossEntropy(double power = 0.7)
    {
        Guard.Between(power, 0, 1);
        if (power < 1e-30) power = 0; // to all digits of any loss, and no type's inverse of it overflows
        _power = power;
    }

    /// <summary>q, 0 to 1.</summary>
    public double Power => _power ?? 0.7;

    void ILabelLoss.Check<T>(LossOptions<T> options)
    {
    }

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new BentObjective<T, PowerBend>(Power), new RowTraits(LogitTransform.None, LabelsWeigh: true), ref totals);
}
