using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of targets t under normal distributions of mean y and variance v, a variance for each element:
/// (ln v + (y - t)^2 / v) / 2, with the gradients by mean and by variance: (y - t) / v and (1 - (y - t)^2 / v) / (2 v).
/// One variance for all: <see cref="GaussianNll{T}"/>.
/// </summary>
/// <remarks>
/// Within 4 ULP of the larger of its two terms, which may cancel. A variance below the least one allowed counts as that one, in the
/// value and in both derivatives. A variance of 0 (with no least one) gives +infinity, or -infinity where y = t; a
/// negative one NaN. NaN where y, t or v is. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public static class GaussianNll
{
    /// <summary>The sum over all elements.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="options">Weights, mask and denominator.</param>
    /// <param name="leastVariance">What a variance is at least, 0 or more; 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many elements counted.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The denominator is not positive, or the least variance is negative.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        ElementwiseOptions<T> options = default,
        T leastVariance = default,
        bool isFull = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(predictions, targets, variances, options, leastVariance);
        T constant = Constant<T>(isFull);
        return ElementwiseCall.Run(
            predictions,
            targets,
            variances,
            options,
            default,
            default,
            new GaussianSteps.Values<T, No, No>(leastVariance, constant),
            new GaussianSteps.Values<T, No, Yes>(leastVariance, constant));
    }

    /// <summary>The sum over all elements, and the gradients of the mean by predictions and by variances, in one pass.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="gradient">Receives the derivative by each prediction; exactly one of the inputs, or apart from them.</param>
    /// <param name="varianceGradient">Receives the derivative by each variance; exactly one of the inputs, or apart from them, and apart from the gradient.</param>
    /// <param name="options">Weights, mask and denominator.</param>
    /// <param name="leastVariance">What a variance is at least, 0 or more; 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps an input in part, or the other gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The denominator is not positive, or the least variance is negative.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> gradient,
        Span<T> varianceGradient,
        ElementwiseOptions<T> options = default,
        T leastVariance = default,
        bool isFull = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(predictions, targets, variances, options, leastVariance);
        ElementwiseCall.Writes(gradient, predictions, targets, options).Over(variances);
        ElementwiseCall.Writes(varianceGradient, predictions, targets, options).Over(variances).Apart<T>(gradient);
        T constant = Constant<T>(isFull);
        T scale = ElementwiseCall.Scale(options, predictions.Length);
        LossTally tally = ElementwiseCall.Run(
            predictions,
            targets,
            variances,
            options,
            gradient,
            varianceGradient,
            new GaussianSteps.Gradients<T, Yes, No>(leastVariance, constant, scale),
            new GaussianSteps.Gradients<T, Yes, Yes>(leastVariance, constant, scale));
        ElementwiseCall.ClearWithoutMean(scale, gradient);
        ElementwiseCall.ClearWithoutMean(scale, varianceGradient);
        return tally;
    }

    /// <summary>The loss of each element, times its weight.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="losses">Receives a loss for each element, 0 where it does not count; exactly one of the inputs, or apart from them.</param>
    /// <param name="options">Weights, mask and denominator.</param>
    /// <param name="leastVariance">What a variance is at least, 0 or more; 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The denominator is not positive, or the least variance is negative.</exception>
    public static LossTally PerElement<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> losses,
        ElementwiseOptions<T> options = default,
        T leastVariance = default,
        bool isFull = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(predictions, targets, variances, options, leastVariance);
        ElementwiseCall.Writes(losses, predictions, targets, options).Over(variances);
        T constant = Constant<T>(isFull);
        return ElementwiseCall.Run(
            predictions,
            targets,
            variances,
            options,
            losses,
            default,
            new GaussianSteps.Values<T, Yes, No>(leastVariance, constant),
            new GaussianSteps.Values<T, Yes, Yes>(leastVariance, constant));
    }

    private static T Constant<T>(bool isFull)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => isFull ? T.CreateTruncating(Formula.HalfLogTwoPi) : T.Zero;

    private static void Check<T>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> variances, ElementwiseOptions<T> options, T leastVariance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options);
        Guard.SameLength(variances, predictions);
        Guard.NotNegative(leastVariance);
    }
}
