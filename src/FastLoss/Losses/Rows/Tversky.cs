using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Tversky loss of rows of probabilities p against masks t, for segmentation where what is missed counts more than what is too much
/// (Salehi et al. 2017): 1 - (TP + s) / (TP + a FP + b FN + s), of true positives TP = sum pt, false positives FP = sum p (1 - t) and false negatives FN = sum (1 - p) t;
/// to the power <see cref="Gamma"/> the focal one (Abraham and Khan 2019, whose gamma is its inverse).
/// </summary>
/// <remarks>
/// <para>With a = b = 1/2 it is <see cref="SoftDice"/> of half the smoothing, with a = b = 1 <see cref="SoftJaccard"/>.</para>
/// <para>Computed in double as (a FP + b FN) / (TP + a FP + b FN + s), which keeps its digits where the masks nearly agree: within 1 ULP in float, 1e-13 in double, of up to a million columns. With i that quotient, the
/// derivative by a prediction is ((1 - i) (a - (a + b) t) - i t) / (TP + a FP + b FN + s), times gamma i^(gamma - 1). Where masks agree entirely a gamma other than 1 gives the gradient 0, also where that of an exponent below 1 is infinite.</para>
/// <para>Without smoothing two empty masks are 0 / 0: they agree, so the loss is 0, and its gradient too. NaN in a row gives NaN for that row, never for a neighbour. Predictions outside 0 to 1 are not refused, and the
/// loss then means little; below 0 a gamma that is no whole number gives NaN. No call allocates. The same input gives the same bits on every machine.</para>
/// </remarks>
public readonly record struct Tversky : ITargetLoss
{
    private readonly double? _alpha, _beta, _smoothing, _gamma;

    /// <param name="alpha">a, what a false positive counts, 0 or more; 0.3 when unset.</param>
    /// <param name="beta">b, what a false negative counts, 0 or more; 0.7 when unset.</param>
    /// <param name="smoothing">s, 0 or more, and finite; 1 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is negative or not finite.</exception>
    public Tversky(double alpha = 0.3, double beta = 0.7, double smoothing = 1)
    {
        Guard.NotNegative(alpha);
        Guard.NotNegative(beta);
        Guard.NotNegative(smoothing);
        (_alpha, _beta, _smoothing) = (alpha, beta, smoothing);
    }

    /// <summary>a.</summary>
    public double Alpha => _alpha ?? 0.3;

    /// <summary>b.</summary>
    public double Beta => _beta ?? 0.7;

    /// <summary>s.</summary>
    public double Smoothing => _smoothing ?? 1;

    /// <summary>The power of the loss, above 0 and finite: 1, no focus, when unset; 3/4 is Abraham and Khan's.</summary>
    public double Gamma
    {
        get => _gamma ?? 1;
        init => _gamma = value;
    }

    static bool ITargetLoss.WritesOverTargets => true;

    void ITargetLoss.Check<T>(LossOptions<T> options)
    {
        Guard.NoClasses(options);
        Guard.Positive(Gamma);
    }

    void ITargetLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(
            call,
            new OverlapObjective<T, OverlapForms.Tversky, OverlapForms.Tversky, OverlapForms.TargetSlopes>(new(Alpha, Beta, Gamma, Smoothing)),
            new RowTraits(LogitTransform.None),
            ref totals);
}
