using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// -r w l_label of rows of log-probabilities l, as <see cref="LogSoftmax"/> gives them, with class weights w and row weights r; the
/// mean divides by the sum of r w_label. The gradient is -r w / weight at the labels, 0 elsewhere.
/// </summary>
/// <remarks>
/// Exact but for one rounding a row. A label at -infinity gives +infinity; NaN elsewhere in a row is not read. No call allocates.
/// </remarks>
public readonly record struct NegativeLogLikelihood : ILabelLoss
{
    void ILabelLoss.Check<T>(LossOptions<T> options) => Guard.NoMaskedRows(options);

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, default(PickedObjective<T>), new RowTraits(LogitTransform.None, LabelsWeigh: true), ref totals);
}
