using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of t under a normal distribution of mean y and a variance v of each element's own, both predicted:
/// (ln v + (y - t)^2 / v) / 2 (Nix and Weigend 1994; gaussian_nll_loss of PyTorch). Derivatives (y - t) / v by the mean and
/// (1 - (y - t)^2 / v) / (2 v) by the variance. With one given variance: <see cref="GaussianNll"/>.
/// <code>
/// LossTally loss = Loss.EvaluateWithGradient(
///     new HeteroscedasticGaussianNll(leastVariance: 1e-6), means, targets, variances, meanGradient, varianceGradient);
/// </code>
/// </summary>
/// <remarks>
/// Within 4 ULP of the larger of its two terms, which may cancel. A variance below the least one allowed counts as that one, in the value
/// and in both derivatives. A variance of 0 (with no least one) gives +infinity, or -infinity where y = t; a negative one NaN. NaN where
/// y, t or v is. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct HeteroscedasticGaussianNll
{
    /// <param name="leastVariance">What a variance is at least, 0 or more; 0, the default, is none, 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <exception cref="ArgumentOutOfRangeException">leastVariance is negative, or no number that a float can hold.</exception>
    public HeteroscedasticGaussianNll(double leastVariance = 0, bool isFull = false)
    {
        Guard.NotNegativeParameter(leastVariance);
        LeastVariance = leastVariance;
        IsFull = isFull;
    }

    /// <summary>What a variance is at least.</summary>
    public double LeastVariance { get; }

    /// <summary>Whether ln(2 pi) / 2 is added.</summary>
    public bool IsFull { get; }

    /// <summary>What is added to each loss.</summary>
    internal double Constant => IsFull ? Formulas.HalfLogTwoPi : 0;
}
