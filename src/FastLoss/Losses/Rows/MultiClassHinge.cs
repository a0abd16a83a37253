using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The multi-class hinge of rows of scores x with label y (Weston and Watkins 1999; multi_margin_loss of PyTorch; Crammer and Singer's of 2001
/// takes the largest term, not the sum): r w_y / C sum_(c != y) max(0, margin - x_y + x_c)^p, with p 1 or 2, class weights w and row
/// weights r.
/// </summary>
/// <remarks>
/// Computed in double and rounded once: within 1 ULP of a float row's loss, 1e-13 of a double row's, of up to a million classes.
/// The derivative where a margin is met exactly is 0. The mean divides by the number of rows (or the sum of r), not by class
/// weights. A score of -infinity is a mask: its class adds nothing. A label there gives +infinity when another class has a
/// score; a label at +infinity 0. NaN anywhere in a row gives NaN for that row. No call allocates. The same input gives the same
/// bits on every machine.
/// </remarks>
public readonly record struct MultiClassHinge : ILabelLoss
{
    private readonly double? _margin;
    private readonly int _powerLessOne;

    /// <param name="margin">By how much the label's score should be the largest; finite. 1 when unset.</param>
    /// <param name="power">p, 1 or 2; 1 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not finite, or the power neither 1 nor 2.</exception>
    public MultiClassHinge(double margin = 1, int power = 1)
    {
        Guard.Finite(margin);
        if (power is not (1 or 2)) Throw.OutOfRange(nameof(power), power, "1 or 2");
        _margin = margin;
        _powerLessOne = power - 1;
    }

    /// <summary>By how much the label's score should be the largest.</summary>
    public double Margin => _margin ?? 1;

    /// <summary>p.</summary>
    public int Power => _powerLessOne + 1;

    void ILabelLoss.Check<T>(LossOptions<T> options) => Guard.NoMaskedRows(options);

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new HingeObjective<T>(Margin, Power == 2), new RowTraits(LogitTransform.None), ref totals);
}
