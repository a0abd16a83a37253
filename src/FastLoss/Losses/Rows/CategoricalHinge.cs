using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The hinge of the worst class of rows of scores x with label y (Crammer and Singer 2001; CategoricalHinge of Keras, multiclass_hinge_loss of
/// optax): r w_y max(0, margin - x_y + max_(c != y) x_c), with class weights w and row weights r. Margin 0 is the multi-class perceptron
/// (multiclass_perceptron_loss of optax). <see cref="MultiClassHinge"/> takes the sum over the classes, not the largest.
/// </summary>
/// <remarks>
/// Computed in double and rounded once: within 1 ULP of a float row's loss, of a double row's within 2 ULP of its largest term. The gradient
/// is -r w_y at the label and r w_y at the worst class, of equal ones the lowest; 0 where the margin is met, exactly too. The mean divides by
/// the number of rows (or the sum of r), not by class weights. A score of -infinity is a mask: its class is never the worst, and where no
/// other is open the loss is 0. A label there gives +infinity when another class has a score; a label at +infinity 0. NaN anywhere in a row, or
/// +infinity at the label and another class, gives NaN for that row. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct CategoricalHinge : ILabelLoss
{
    private readonly double? _margin;

    /// <param name="margin">By how much the label's score should be the largest; finite. 1 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not finite.</exception>
    public CategoricalHinge(double margin = 1)
    {
        Guard.Finite(margin);
        _margin = margin;
    }

    /// <summary>By how much the label's score should be the largest.</summary>
    public double Margin => _margin ?? 1;

    void ILabelLoss.Check<T>(LossOptions<T> options) => Guard.NoMaskedRows(options);

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new WorstClassObjective<T>(Margin), new RowTraits(LogitTransform.None), ref totals);
}
