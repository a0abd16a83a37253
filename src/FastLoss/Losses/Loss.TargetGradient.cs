using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>Gradients by the targets, where those are predicted themselves.</content>
public static partial class Loss
{
    /// <summary>
    /// The gradient of an element-wise loss's mean with respect to the targets: of a divergence whose second distribution is learned too, or
    /// of a reconstruction of learned codes.
    /// </summary>
    /// <param name="loss">The formula, such as <c>new KLDivergence()</c>, or a struct of your own.</param>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <param name="gradient">
    /// Receives derivative * weight / (the sum of weights, or the denominator) for each target, 0 where it does not count; exactly one of
    /// predictions and targets, or apart from them (always, where it is added to what stands there), and apart from weights and mask.
    /// </param>
    /// <param name="options">Which elements count and by how much, and how the call runs.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or of losses of classes alone.</exception>
    public static void TargetGradient<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default)
        where TLoss : struct, ITargetDifferentiableLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Differentiate<ByTarget<TLoss>, T, No>(new(loss), predictions, targets, gradient, options);

    /// <summary>
    /// The gradient of the mean of softmax cross-entropy against soft targets with respect to the targets, for distillation into a teacher:
    /// r w_c (1 - e) (1 - p_c)^gamma (-ln p_c) / sum of r. It does not depend on the targets, in which the loss is linear.
    /// </summary>
    /// <remarks>
    /// Within 1e-6 in float and 1e-13 in double, relatively, of what the log-probability is (see <see cref="LogSoftmax"/>). 0 for a class that
    /// is masked, which has no part in the loss; for a row that does not count; and for a row without an open class where
    /// <see cref="MaskedRows.Zeros"/> is asked for. A row with +infinity or NaN gives NaN for that row, never for a neighbour.
    /// </remarks>
    /// <param name="loss">Smoothing, temperature, softcap and gamma; z-loss does not depend on targets.</param>
    /// <param name="scores">Rows of logits.</param>
    /// <param name="classes">The number of classes, or how they lie.</param>
    /// <param name="gradient">As long as the logits; exactly them, or apart from them (always, where it is added), and apart from weights and mask.</param>
    /// <param name="options">Which rows count and by how much, weights of classes, and how the call runs.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The axis, a parameter or an option is outside its range.</exception>
    public static void TargetGradient<T>(
        SoftmaxCrossEntropy loss, ReadOnlySpan<T> scores, ClassAxis classes, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = classes.Rows(scores, nameof(scores), nameof(classes));
        TargetGradientCall.Check(loss, rows, classes.Count, options);
        Guard.SameLength<T, T>(gradient, scores);
        Guard.Writes(gradient).Input(scores, options).Apart(options);
        bool isDirect = classes.IsContiguous && !options.Accumulate;
        using SpanOwner<T> buffer = SpanOwner<T>.Allocate(isDirect ? 0 : rows * classes.Count), factors = SpanOwner<T>.Allocate(rows);
        Span<T> slopes = isDirect ? gradient : buffer.Span;
        if (isDirect) scores.CopyTo(slopes);
        else PackedRows.Pack(classes.Layout, scores, slopes);
        TargetGradientCall.Run(loss, slopes, classes.Count, options, factors.Span);
        if (isDirect) return;
        if (options.Accumulate) PackedRows.Add<T>(classes.Layout, slopes, gradient);
        else PackedRows.Unpack<T>(classes.Layout, slopes, gradient);
    }
}
