using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

public static partial class Loss
{
    /// <summary>The sum of an element-wise loss over all pairs, in one pass.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>
    /// The sum of loss * weight, the sum of weights, and how many elements counted;
    /// <see cref="LossTally.Mean"/> is NaN when none did. Summed so that the relative error of a sum of positive
    /// losses stays below 1e-6 (float) or 1e-14 (double) at any length, beside the error of the losses themselves.
    /// </returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally Evaluate<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options, Wanted.Nothing);
        return ElementwiseCall.Run(
            new() { First = predictions, Second = targets },
            options,
            new LossOperators.Values<TLoss, No, No>(loss),
            new LossOperators.Values<TLoss, No, Yes>(loss));
    }

    /// <summary>The sum of an element-wise loss, and the gradient of its mean with respect to the predictions, in one pass.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="gradient">
    /// Receives derivative * weight / (the sum of weights, or the denominator) for each element, 0 where it does not count; exactly one
    /// of predictions and targets, or apart from them (always, where it is added to what stands there), and apart from weights and mask.
    /// </param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Differentiate<TLoss, T, Yes>(loss, predictions, targets, gradient, options);

    /// <summary>The gradient of an element-wise loss's mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})" path="/param"/>
    /// <inheritdoc cref="EvaluateWithGradient{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})" path="/exception"/>
    public static void Gradient<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Differentiate<TLoss, T, No>(loss, predictions, targets, gradient, options);

    /// <summary>The loss of each element, times its weight.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="losses">Receives a loss for each element, 0 where it does not count; exactly predictions or targets, or apart from them, and apart from weights and mask.</param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally PerElement<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options, Wanted.Losses);
        ElementwiseCall.Writes(losses, predictions, targets, options);
        return ElementwiseCall.Run(
            new() { First = predictions, Second = targets, Results = losses },
            options,
            new LossOperators.Values<TLoss, Yes, No>(loss),
            new LossOperators.Values<TLoss, Yes, Yes>(loss));
    }

    /// <summary>
    /// The sum of an element-wise loss, and the first and second derivative of its mean with respect to each prediction, in one
    /// pass: what Newton steps and the objectives of gradient-boosted trees need.
    /// </summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="gradient">As the gradient alone, bit for bit.</param>
    /// <param name="curvature">
    /// Receives second derivative * weight / (sum of weights, or the denominator) for each element, 0 where it does not count; exactly
    /// predictions or targets, or apart from them, and apart from gradient, weights and mask. At a kink of the loss it is 0.
    /// </param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <returns>As the loss alone, bit for bit.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a destination overlaps an input in part, or the other destination.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithCurvature<TLoss, T>(
        TLoss loss,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        Span<T> gradient,
        Span<T> curvature,
        LossOptions<T> options = default)
        where TLoss : struct, ICurvedLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementwiseCall.Check(predictions, targets, options, Wanted.Gradient);
        ElementwiseCall.Writes(gradient, predictions, targets, options);
        ElementwiseCall.Writes(curvature, predictions, targets, options).Apart<T>(gradient);
        GradientScale scale = ElementwiseCall.Scale(options, predictions.Length);
        return ElementwiseCall.RunGradient(
            new() { First = predictions, Second = targets, Results = gradient, SecondResults = curvature },
            options,
            scale,
            new LossOperators.Curvature<TLoss, No>(loss, scale),
            new LossOperators.Curvature<TLoss, Yes>(loss, scale));
    }

    private static LossTally Differentiate<TLoss, T, TSums>(
        TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IFlag
    {
        ElementwiseCall.Check(predictions, targets, options, Wanted.Gradient);
        ElementwiseCall.Writes(gradient, predictions, targets, options);
        GradientScale scale = ElementwiseCall.Scale(options, predictions.Length);
        return ElementwiseCall.RunGradient(
            new() { First = predictions, Second = targets, Results = gradient },
            options,
            scale,
            new LossOperators.Gradient<TLoss, TSums, No>(loss, scale),
            new LossOperators.Gradient<TLoss, TSums, Yes>(loss, scale));
    }
}
