using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The soft Jaccard (intersection over union) loss of rows of probabilities p against targets t, for segmentation:
/// 1 - (sum pt + s) / (sum p + sum t - sum pt + s), with a smoothing term s.
/// </summary>
/// <remarks>
/// Computed in double as sum (p (1 - t) + t (1 - p)) / (union + s), which keeps its digits where the masks nearly agree:
/// within 1 ULP in float, 1e-13 in double, of up to a million columns. Predictions outside 0 to 1 are not refused, and the loss then means little. The
/// derivative by a prediction is (1 - loss - (2 - loss) t) / (union + s).
/// Without smoothing a row of zeros in both is 0 / 0: the masks agree, so the loss is 0, and its gradient too. With smoothing they
/// give 0 as well, and a prediction where nothing is there has a finite derivative. NaN in a row gives NaN for that row, never for a
/// neighbour. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct SoftJaccard : ITargetLoss
{
    private readonly double? _smoothing;

    /// <param name="smoothing">s, 0 or more, and finite; 1 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">smoothing is negative or not finite.</exception>
    public SoftJaccard(double smoothing = 1)
    {
        Guard.NotNegative(smoothing);
        _smoothing = smoothing;
    }

    /// <summary>s.</summary>
    public double Smoothing => _smoothing ?? 1;

    static bool ITargetLoss.WritesOverTargets => true;

    void ITargetLoss.Check<T>(LossOptions<T> options) => Guard.NoClasses(options);

    void ITargetLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new OverlapObjective<T, OverlapForms.Sizes<Yes>, OverlapForms.Sizes<Yes>, OverlapForms.TargetSlopes>(new(Smoothing)), new RowTraits(LogitTransform.None), ref totals);
}
