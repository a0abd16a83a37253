using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Brier score of rows of probabilities p: sum_c (p_c - t_c)^2, where the target t is 1 at the label and 0 elsewhere, or soft
/// (Brier 1950). 0 is perfect, 2 is certain and wrong. It is strictly proper: only the true probabilities have the least mean. Derivative
/// 2 (p_c - t_c). Of two classes it is twice the score of the one probability, which is <see cref="SquaredError"/>.
/// <code>
/// double score = Loss.Evaluate(new BrierScore(), probabilities, 10, labels).Mean;
/// </code>
/// </summary>
/// <remarks>
/// Computed in double and rounded once. Probabilities are not checked. NaN in a row gives NaN for that row, never for a neighbour.
/// No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct BrierScore : ILabelLoss, ITargetLoss
{
    static bool ITargetLoss.WritesOverTargets => true;

    void ILabelLoss.Check<T>(LossOptions<T> options) => Check(options);

    void ITargetLoss.Check<T>(LossOptions<T> options) => Check(options);

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new BrierObjective<T>(hasTargets: false), new RowTraits(LogitTransform.None), ref totals);

    void ITargetLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new BrierObjective<T>(hasTargets: true), new RowTraits(LogitTransform.None), ref totals);

    private static void Check<T>(in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.NoClassWeights(options);
        Guard.NoMaskedRows(options);
    }
}
