using System.Numerics;
using CommunityToolkit.HighPerformance;
using FastLoss.Validation;

namespace FastLoss;

/// <content>Element-wise losses of the elements of a matrix.</content>
public static partial class Loss
{
    /// <summary>The sum of an element-wise loss over all elements of a matrix.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y. Rows may lie apart.</param>
    /// <param name="targets">t, of the same shape; they need not lie alike.</param>
    /// <param name="options">Which elements count and by how much, in the order of the matrix's, and how the call runs.</param>
    /// <returns>As of spans: what lies apart is copied to a buffer from the array pool first, and none is allocated.</returns>
    /// <exception cref="ArgumentException">A shape or length does not fit, or a destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally Evaluate<TLoss, T>(
        TLoss loss, in ReadOnlySpan2D<T> predictions, in ReadOnlySpan2D<T> targets, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(targets, predictions);
        Batch<T> y = Batch<T>.Of(predictions, nameof(predictions)), t = Batch<T>.Of(targets, nameof(targets));
        return BatchCalls.Elements(loss, y, t, options);
    }

    /// <summary>
    /// The sum of an element-wise loss over all elements of a matrix, and the gradient of its mean by the predictions, in one pass.
    /// </summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y. Rows may lie apart.</param>
    /// <param name="targets">t, of the same shape; they need not lie alike.</param>
    /// <param name="gradient">
    /// Receives the derivatives, as the span call; of the same shape, exactly one of the inputs, or apart from them.
    /// </param>
    /// <param name="options">Which elements count and by how much, in the order of the matrix's, and how the call runs.</param>
    /// <returns>As of spans: what lies apart is copied to a buffer from the array pool first, and none is allocated.</returns>
    /// <exception cref="ArgumentException">A shape or length does not fit, or a destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T>(
        TLoss loss, in ReadOnlySpan2D<T> predictions, in ReadOnlySpan2D<T> targets, in Span2D<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(targets, predictions);
        Shapes.Same(gradient, predictions);
        Batch<T> y = Batch<T>.Of(predictions, nameof(predictions));
        Batch<T> t = Batch<T>.Of(targets, nameof(targets));
        Batch<T> g = Batch<T>.Of(gradient, nameof(gradient));
        return BatchCalls.Elements(loss, y, t, g, options, Wanted.Gradient);
    }

    /// <summary>The gradient of an element-wise loss's mean over a matrix alone, with the bits of EvaluateWithGradient.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y. Rows may lie apart.</param>
    /// <param name="targets">t, of the same shape; they need not lie alike.</param>
    /// <param name="gradient">
    /// Receives the derivatives, as the span call; of the same shape, exactly one of the inputs, or apart from them.
    /// </param>
    /// <param name="options">Which elements count and by how much, in the order of the matrix's, and how the call runs.</param>
    /// <exception cref="ArgumentException">A shape or length does not fit, or a destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static void Gradient<TLoss, T>(
        TLoss loss, in ReadOnlySpan2D<T> predictions, in ReadOnlySpan2D<T> targets, in Span2D<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(targets, predictions);
        Shapes.Same(gradient, predictions);
        Batch<T> y = Batch<T>.Of(predictions, nameof(predictions));
        Batch<T> t = Batch<T>.Of(targets, nameof(targets));
        Batch<T> g = Batch<T>.Of(gradient, nameof(gradient));
        BatchCalls.Elements(loss, y, t, g, options, Wanted.Gradient);
    }

    /// <summary>The loss of each element of a matrix, times its weight.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y. Rows may lie apart.</param>
    /// <param name="targets">t, of the same shape; they need not lie alike.</param>
    /// <param name="losses">Receives a loss for each element; of the same shape, exactly one of the inputs, or apart from them.</param>
    /// <param name="options">Which elements count and by how much, in the order of the matrix's, and how the call runs.</param>
    /// <returns>As of spans: what lies apart is copied to a buffer from the array pool first, and none is allocated.</returns>
    /// <exception cref="ArgumentException">A shape or length does not fit, or a destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally PerElement<TLoss, T>(
        TLoss loss, in ReadOnlySpan2D<T> predictions, in ReadOnlySpan2D<T> targets, in Span2D<T> losses, LossOptions<T> options = default)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(targets, predictions);
        Shapes.Same(losses, predictions);
        Batch<T> y = Batch<T>.Of(predictions, nameof(predictions));
        Batch<T> t = Batch<T>.Of(targets, nameof(targets));
        Batch<T> l = Batch<T>.Of(losses, nameof(losses));
        return BatchCalls.Elements(loss, y, t, l, options, Wanted.Losses);
    }

    /// <summary>The sum of an element-wise loss over a matrix, and the first and second derivative of its mean, in one pass.</summary>
    /// <param name="loss">The formula, such as <c>new Huber(1)</c>, or a struct of your own.</param>
    /// <param name="predictions">y. Rows may lie apart.</param>
    /// <param name="targets">t, of the same shape; they need not lie alike.</param>
    /// <param name="gradient">
    /// Receives the derivatives, as the span call; of the same shape, exactly one of the inputs, or apart from them.
    /// </param>
    /// <param name="curvature">Receives the second derivatives; likewise, and apart from the gradient.</param>
    /// <param name="options">Which elements count and by how much, in the order of the matrix's, and how the call runs.</param>
    /// <returns>As of spans: what lies apart is copied to a buffer from the array pool first, and none is allocated.</returns>
    /// <exception cref="ArgumentException">A shape or length does not fit, or a destination overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static LossTally EvaluateWithCurvature<TLoss, T>(
        TLoss loss,
        in ReadOnlySpan2D<T> predictions,
        in ReadOnlySpan2D<T> targets,
        in Span2D<T> gradient,
        in Span2D<T> curvature,
        LossOptions<T> options = default)
        where TLoss : struct, ICurvedLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(targets, predictions);
        Shapes.Same(gradient, predictions);
        Shapes.Same(curvature, predictions);
        Batch<T> y = Batch<T>.Of(predictions, nameof(predictions));
        Batch<T> t = Batch<T>.Of(targets, nameof(targets));
        Batch<T> g = Batch<T>.Of(gradient, nameof(gradient));
        Batch<T> c = Batch<T>.Of(curvature, nameof(curvature));
        return BatchCalls.Curved(loss, y, t, g, c, options);
    }
}
