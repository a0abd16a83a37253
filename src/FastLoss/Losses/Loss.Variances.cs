using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>The Gaussian likelihood with a variance for each element.</content>
public static partial class Loss
{
    /// <summary>The sum of the Gaussian negative log-likelihood over all elements, each with its variance.</summary>
    /// <param name="loss">Such as <c>new HeteroscedasticGaussianNll(leastVariance: 1e-6)</c>.</param>
    /// <param name="predictions">y, the means.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many elements counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally Evaluate<T>(
        HeteroscedasticGaussianNll loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckVariances(predictions, targets, variances, options, Wanted.Nothing);
        return ElementwiseCall.Run(
            new() { First = predictions, Second = targets, Third = variances },
            options,
            new GaussianOperators.Values<No, No>(loss.LeastVariance, loss.Constant),
            new GaussianOperators.Values<No, Yes>(loss.LeastVariance, loss.Constant));
    }

    /// <summary>
    /// The sum of the Gaussian negative log-likelihood over all elements, and the gradients of its mean by predictions and by variances, in
    /// one pass.
    /// </summary>
    /// <param name="loss">Such as <c>new HeteroscedasticGaussianNll(leastVariance: 1e-6)</c>.</param>
    /// <param name="predictions">y, the means.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="gradient">Receives the derivative by each prediction; exactly one of the inputs, or apart from them.</param>
    /// <param name="varianceGradient">Receives the derivative by each variance; exactly one of the inputs, or apart from them, and apart from the gradient.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As the loss alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps an input in part, or the other gradient.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithGradient<T>(
        HeteroscedasticGaussianNll loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> gradient,
        Span<T> varianceGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckVariances(predictions, targets, variances, options, Wanted.Gradient);
        ElementwiseCall.Writes(gradient, predictions, targets, options).Input(variances, options);
        ElementwiseCall.Writes(varianceGradient, predictions, targets, options).Input(variances, options).Apart<T>(gradient);
        GradientScale scale = ElementwiseCall.Scale(options, predictions.Length);
        return ElementwiseCall.RunGradient(
            new() { First = predictions, Second = targets, Third = variances, Results = gradient, SecondResults = varianceGradient },
            options,
            scale,
            new GaussianOperators.Gradients<No>(loss.LeastVariance, loss.Constant, scale),
            new GaussianOperators.Gradients<Yes>(loss.LeastVariance, loss.Constant, scale));
    }

    /// <summary>The gradients of the Gaussian negative log-likelihood's mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(HeteroscedasticGaussianNll, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, LossOptions{T})" path="/param"/>
    /// <inheritdoc cref="EvaluateWithGradient{T}(HeteroscedasticGaussianNll, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, LossOptions{T})" path="/exception"/>
    public static void Gradient<T>(
        HeteroscedasticGaussianNll loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> gradient,
        Span<T> varianceGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, predictions, targets, variances, gradient, varianceGradient, options);

    /// <summary>The Gaussian negative log-likelihood of each element, times its weight.</summary>
    /// <param name="loss">Such as <c>new HeteroscedasticGaussianNll(leastVariance: 1e-6)</c>.</param>
    /// <param name="predictions">y, the means.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="variances">v, as many.</param>
    /// <param name="losses">Receives a loss for each element, 0 where it does not count; exactly one of the inputs, or apart from them.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As their sum alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally PerElement<T>(
        HeteroscedasticGaussianNll loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> variances,
        Span<T> losses,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckVariances(predictions, targets, variances, options, Wanted.Losses);
        ElementwiseCall.Writes(losses, predictions, targets, options).Input(variances, options);
        return ElementwiseCall.Run(
            new() { First = predictions, Second = targets, Third = variances, Results = losses },
            options,
            new GaussianOperators.Values<Yes, No>(loss.LeastVariance, loss.Constant),
            new GaussianOperators.Values<Yes, Yes>(loss.LeastVariance, loss.Constant));
    }

    private static void CheckVariances<T>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> variances, LossOptions<T> options, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options, wanted);
        Guard.SameLength(variances, predictions);
    }
}
