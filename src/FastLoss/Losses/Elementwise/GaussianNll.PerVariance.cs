using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>
/// With a variance for each element: (ln v + (y - t)^2 / v) / 2, with the gradients by mean and by variance: (y - t) / v and
/// (1 - (y - t)^2 / v) / (2 v). Within 4 ULP of the larger of its two terms, which may cancel. A variance below the least one
/// allowed counts as that one, in the value and in both derivatives. A variance of 0 (with no least one) gives +infinity, or
/// -infinity where y = t; a negative one NaN. NaN where y, t or v is.
/// </content>
public readonly partial struct GaussianNll
{
    /// <summary>The sum over all elements.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <param name="leastVariance">What a variance is at least, 0 or more; 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many elements counted.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone, or the least variance is negative.</exception>
    public static LossTally Evaluate<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        LossOptions<T> options = default,
        T leastVariance = default,
        bool isFull = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(predictions, targets, variances, options, leastVariance, Wanted.Nothing);
        double constant = isFull ? Formulas.HalfLogTwoPi : 0;
        return ElementwiseCall.Run(
            new() { First = predictions, Second = targets, Third = variances },
            options,
            new GaussianOperators.Values<No, No>(double.CreateTruncating(leastVariance), constant),
            new GaussianOperators.Values<No, Yes>(double.CreateTruncating(leastVariance), constant));
    }

    /// <summary>The sum over all elements, and the gradients of the mean by predictions and by variances, in one pass.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="gradient">Receives the derivative by each prediction; exactly one of the inputs, or apart from them.</param>
    /// <param name="varianceGradient">Receives the derivative by each variance; exactly one of the inputs, or apart from them, and apart from the gradient.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <param name="leastVariance">What a variance is at least, 0 or more; 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps an input in part, or the other gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone, or the least variance is negative.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> gradient,
        Span<T> varianceGradient,
        LossOptions<T> options = default,
        T leastVariance = default,
        bool isFull = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(predictions, targets, variances, options, leastVariance, Wanted.Gradient);
        ElementwiseCall.Writes(gradient, predictions, targets, options).Input(variances, options);
        ElementwiseCall.Writes(varianceGradient, predictions, targets, options).Input(variances, options).Apart<T>(gradient);
        double constant = isFull ? Formulas.HalfLogTwoPi : 0;
        GradientScale scale = ElementwiseCall.Scale(options, predictions.Length);
        return ElementwiseCall.RunGradient(
            new() { First = predictions, Second = targets, Third = variances, Results = gradient, SecondResults = varianceGradient },
            options,
            scale,
            new GaussianOperators.Gradients<No>(double.CreateTruncating(leastVariance), constant, scale),
            new GaussianOperators.Gradients<Yes>(double.CreateTruncating(leastVariance), constant, scale));
    }

    /// <summary>The loss of each element, times its weight.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="losses">Receives a loss for each element, 0 where it does not count; exactly one of the inputs, or apart from them.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <param name="leastVariance">What a variance is at least, 0 or more; 1e-6 is usual.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <returns>As <see cref="Evaluate{T}"/>, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone, or the least variance is negative.</exception>
    public static LossTally PerElement<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> losses,
        LossOptions<T> options = default,
        T leastVariance = default,
        bool isFull = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(predictions, targets, variances, options, leastVariance, Wanted.Losses);
        ElementwiseCall.Writes(losses, predictions, targets, options).Input(variances, options);
        double constant = isFull ? Formulas.HalfLogTwoPi : 0;
        return ElementwiseCall.Run(
            new() { First = predictions, Second = targets, Third = variances, Results = losses },
            options,
            new GaussianOperators.Values<Yes, No>(double.CreateTruncating(leastVariance), constant),
            new GaussianOperators.Values<Yes, Yes>(double.CreateTruncating(leastVariance), constant));
    }

    private static void Check<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        LossOptions<T> options,
        T leastVariance,
        Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options, wanted);
        Guard.SameLength(variances, predictions);
        Guard.NotNegative(leastVariance);
    }
}
