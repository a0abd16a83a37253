using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <content>Losses of rows of scores in a tensor.</content>
public static partial class Loss
{
    /// <summary>The losses of all rows of a tensor of scores.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="labels">The class of each place of the other axes, in their order.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <returns>As of spans: operands that do not lie alike are copied to buffers from the array pool, and none is allocated.</returns>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static LossTally Evaluate<TLoss, T, TLabel>(
        TLoss loss, in ReadOnlyTensorSpan<T> scores, int axis, ReadOnlySpan<TLabel> labels, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Batch<T> batch = Batch<T>.Of(scores, axis, nameof(scores));
        return Evaluate(loss, batch.Span, batch.Axis, labels, options);
    }

    /// <summary>The losses of all rows of a tensor of scores, and the gradient of their mean, in one pass.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="labels">The class of each place of the other axes, in their order.</param>
    /// <param name="gradient">As the scores in shape; exactly them, or apart from all inputs.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <returns>As of spans: operands that do not lie alike are copied to buffers from the array pool, and none is allocated.</returns>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static LossTally EvaluateWithGradient<TLoss, T, TLabel>(
        TLoss loss,
        in ReadOnlyTensorSpan<T> scores,
        int axis,
        ReadOnlySpan<TLabel> labels,
        in TensorSpan<T> gradient,
        LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Shapes.Same<T>(gradient, scores);
        Batch<T> s = Batch<T>.Of(scores, axis, nameof(scores)), g = Batch<T>.Of(gradient, axis, nameof(gradient));
        return BatchCalls.Labelled(loss, s, labels, g, options);
    }

    /// <summary>The gradient of the mean of all losses of a tensor of scores alone, with the bits of EvaluateWithGradient.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="labels">The class of each place of the other axes, in their order.</param>
    /// <param name="gradient">As the scores in shape; exactly them, or apart from all inputs.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static void Gradient<TLoss, T, TLabel>(
        TLoss loss,
        in ReadOnlyTensorSpan<T> scores,
        int axis,
        ReadOnlySpan<TLabel> labels,
        in TensorSpan<T> gradient,
        LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        EvaluateWithGradient(loss, scores, axis, labels, gradient, options);

    /// <summary>The loss of each row of a tensor of scores, times its weight.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="labels">The class of each place of the other axes, in their order.</param>
    /// <param name="losses">Receives a loss for each row; apart from all inputs.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <returns>As of spans: operands that do not lie alike are copied to buffers from the array pool, and none is allocated.</returns>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static LossTally PerRow<TLoss, T, TLabel>(
        TLoss loss,
        in ReadOnlyTensorSpan<T> scores,
        int axis,
        ReadOnlySpan<TLabel> labels,
        Span<T> losses,
        LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Batch<T> batch = Batch<T>.Of(scores, axis, nameof(scores));
        return PerRow(loss, batch.Span, batch.Axis, labels, losses, options);
    }

    /// <summary>The losses of all rows of a tensor of scores against targets.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="targets">A target for each score, of the same shape; they need not lie alike.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <returns>As of spans: operands that do not lie alike are copied to buffers from the array pool, and none is allocated.</returns>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static LossTally Evaluate<TLoss, T>(
        TLoss loss, in ReadOnlyTensorSpan<T> scores, int axis, in ReadOnlyTensorSpan<T> targets, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same<T>(targets, scores);
        Batch<T> s = Batch<T>.Of(scores, axis, nameof(scores)), t = Batch<T>.Of(targets, axis, nameof(targets));
        return BatchCalls.Targeted(loss, s, t, options);
    }

    /// <summary>
    /// The losses of all rows of a tensor of scores against targets, and the gradient of their mean by the scores, in one pass.
    /// </summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="targets">A target for each score, of the same shape; they need not lie alike.</param>
    /// <param name="gradient">As the scores in shape; exactly them, or apart from all inputs.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <returns>As of spans: operands that do not lie alike are copied to buffers from the array pool, and none is allocated.</returns>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static LossTally EvaluateWithGradient<TLoss, T>(
        TLoss loss,
        in ReadOnlyTensorSpan<T> scores,
        int axis,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient,
        LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same<T>(targets, scores);
        Shapes.Same<T>(gradient, scores);
        Batch<T> s = Batch<T>.Of(scores, axis, nameof(scores));
        Batch<T> t = Batch<T>.Of(targets, axis, nameof(targets));
        Batch<T> g = Batch<T>.Of(gradient, axis, nameof(gradient));
        return BatchCalls.Targeted(loss, s, t, g, options);
    }

    /// <summary>
    /// The gradient of the mean of all losses of a tensor of scores against targets alone, with the bits of EvaluateWithGradient.
    /// </summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="targets">A target for each score, of the same shape; they need not lie alike.</param>
    /// <param name="gradient">As the scores in shape; exactly them, or apart from all inputs.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static void Gradient<TLoss, T>(
        TLoss loss,
        in ReadOnlyTensorSpan<T> scores,
        int axis,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient,
        LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same<T>(targets, scores);
        Shapes.Same<T>(gradient, scores);
        Batch<T> s = Batch<T>.Of(scores, axis, nameof(scores));
        Batch<T> t = Batch<T>.Of(targets, axis, nameof(targets));
        Batch<T> g = Batch<T>.Of(gradient, axis, nameof(gradient));
        BatchCalls.Targeted(loss, s, t, g, options);
    }

    /// <summary>The loss of each row of a tensor of scores against targets, times its weight.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }</c>.</param>
    /// <param name="scores">
    /// Scores whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart: a
    /// dense tensor, or one sliced along its first axis or its last. Strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="targets">A target for each score, of the same shape; they need not lie alike.</param>
    /// <param name="losses">Receives a loss for each row; apart from all inputs.</param>
    /// <param name="options">Which rows and classes count and by how much, and how the call runs.</param>
    /// <returns>As of spans: operands that do not lie alike are copied to buffers from the array pool, and none is allocated.</returns>
    /// <exception cref="ArgumentException">
    /// A shape or length does not fit, strides are of another kind, or a destination overlaps an input in part.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the axis or an option is outside its range.</exception>
    [OverloadResolutionPriority(-1)]
    public static LossTally PerRow<TLoss, T>(
        TLoss loss,
        in ReadOnlyTensorSpan<T> scores,
        int axis,
        in ReadOnlyTensorSpan<T> targets,
        Span<T> losses,
        LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same<T>(targets, scores);
        Batch<T> s = Batch<T>.Of(scores, axis, nameof(scores)), t = Batch<T>.Of(targets, axis, nameof(targets));
        return BatchCalls.TargetedPerRow(loss, s, t, losses, options);
    }
}
