using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The margins between each label j of a row of C scores x and each class i that is none: 1 / C sum_j sum_i max(0, margin - x_j + x_i), for
/// rows with any number of labels; multilabel_margin_loss of PyTorch, with a target for each class in place of a list of labels (Usunier,
/// Buffoni and Gallinari 2009 weigh the same pairs).
/// </summary>
/// <remarks>
/// Targets above 0 are labels, all others none. Computed in double and rounded once: within 1 ULP of a float row's loss, of a double
/// row's within 1e-13, of up to a million pairs. A row costs a pass for each of its labels. The derivative by a class that is no label is how many
/// labels' margins it violates, by a label minus how many classes violate its, over C; where a margin is met exactly it is not violated. Rows
/// without a label, or of labels alone, have loss 0. A score of -infinity is a mask: of a class that is no label it adds nothing, of a
/// label it gives +infinity where another class has a score. NaN among a row's scores or targets gives NaN for that row. Not for
/// rows with more than 16 million labels in float, whose counts would round. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct MultiLabelMargin : ITargetLoss
{
    private readonly double? _margin;

    /// <param name="margin">By how much labels should be above other classes; finite. 1 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not finite.</exception>
    public MultiLabelMargin(double margin = 1)
    {
        Guard.Finite(margin);
        _margin = margin;
    }

    /// <summary>By how much labels should be above other classes.</summary>
    public double Margin => _margin ?? 1;

    void ITargetLoss.Check<T>(LossOptions<T> options) => Guard.NoClasses(options);

    void ITargetLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new LabelPairsObjective<T>(Margin), new RowTraits(LogitTransform.None), ref totals);
}
