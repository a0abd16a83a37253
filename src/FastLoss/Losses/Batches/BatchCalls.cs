using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Calls of losses whose operands are matrices or tensors of one shape: as they lie where all lie alike, else next to each other, by way of
/// buffers.
/// </summary>
internal static class BatchCalls
{
    public static LossTally Labelled<TLoss, T, TLabel>(
        TLoss loss, Batch<T> scores, ReadOnlySpan<TLabel> labels, Batch<T> gradient, LossOptions<T> options)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (gradient.Axis == scores.Axis) return Loss.EvaluateWithGradient(loss, scores.Span, scores.Axis, labels, gradient.Span, options);
        Guard.Writes(gradient.Span, nameof(gradient)).Apart<T>(scores.Span, nameof(scores)).Apart(labels).Apart(options);
        using PackedBatch<T> s = PackedBatch<T>.Read(scores), g = PackedBatch<T>.Write(gradient, options.Accumulate);
        LossTally tally = Loss.EvaluateWithGradient(loss, s.Span, scores.Axis.Count, labels, g.Span, options);
        g.Finish();
        return tally;
    }

    public static LossTally Targeted<TLoss, T>(TLoss loss, Batch<T> scores, Batch<T> targets, LossOptions<T> options)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (targets.Axis == scores.Axis) return Loss.Evaluate(loss, scores.Span, scores.Axis, targets.Span, options);
        using PackedBatch<T> s = PackedBatch<T>.Read(scores), t = PackedBatch<T>.Read(targets);
        return Loss.Evaluate(loss, s.Span, scores.Axis.Count, t.Span, options);
    }

    public static LossTally TargetedPerRow<TLoss, T>(
        TLoss loss, Batch<T> scores, Batch<T> targets, Span<T> losses, LossOptions<T> options)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (targets.Axis == scores.Axis) return Loss.PerRow(loss, scores.Span, scores.Axis, targets.Span, losses, options);
        Guard.Writes(losses).Apart<T>(scores.Span, nameof(scores)).Apart<T>(targets.Span, nameof(targets));
        using PackedBatch<T> s = PackedBatch<T>.Read(scores), t = PackedBatch<T>.Read(targets);
        return Loss.PerRow(loss, s.Span, scores.Axis.Count, t.Span, losses, options);
    }

    public static LossTally Targeted<TLoss, T>(
        TLoss loss, Batch<T> scores, Batch<T> targets, Batch<T> gradient, LossOptions<T> options)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (targets.Axis == scores.Axis && gradient.Axis == scores.Axis)
        {
            return Loss.EvaluateWithGradient(loss, scores.Span, scores.Axis, targets.Span, gradient.Span, options);
        }

        WritesApart(gradient, scores, targets, nameof(gradient), nameof(scores)).Apart(options);
        using PackedBatch<T> s = PackedBatch<T>.Read(scores), t = PackedBatch<T>.Read(targets);
        using PackedBatch<T> g = PackedBatch<T>.Write(gradient, options.Accumulate);
        LossTally tally = Loss.EvaluateWithGradient(loss, s.Span, scores.Axis.Count, t.Span, g.Span, options);
        g.Finish();
        return tally;
    }

    public static LossTally Elements<TLoss, T>(TLoss loss, Batch<T> predictions, Batch<T> targets, LossOptions<T> options)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using PackedBatch<T> y = PackedBatch<T>.Read(predictions), t = PackedBatch<T>.Read(targets);
        return Loss.Evaluate<TLoss, T>(loss, y.Span, t.Span, options);
    }

    public static LossTally Elements<TLoss, T>(
        TLoss loss, Batch<T> predictions, Batch<T> targets, Batch<T> destination, LossOptions<T> options, Wanted wanted)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string name = wanted == Wanted.Losses ? "losses" : "gradient";
        CheckElements(predictions, targets, destination, options, name);
        using PackedBatch<T> y = PackedBatch<T>.Read(predictions), t = PackedBatch<T>.Read(targets);
        using PackedBatch<T> d = PackedBatch<T>.Write(destination, options.Accumulate);
        LossTally tally = wanted == Wanted.Losses
            ? Loss.PerElement<TLoss, T>(loss, y.Span, t.Span, d.Span, options)
            : Loss.EvaluateWithGradient<TLoss, T>(loss, y.Span, t.Span, d.Span, options);
        d.Finish();
        return tally;
    }

    public static LossTally Curved<TLoss, T>(
        TLoss loss, Batch<T> predictions, Batch<T> targets, Batch<T> gradient, Batch<T> curvature, LossOptions<T> options)
        where TLoss : struct, ICurvedLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckElements(predictions, targets, gradient, options, nameof(gradient));
        CheckElements(predictions, targets, curvature, options, nameof(curvature));
        Guard.Writes(curvature.Span, nameof(curvature)).Apart<T>(gradient.Span, nameof(gradient));
        using PackedBatch<T> y = PackedBatch<T>.Read(predictions), t = PackedBatch<T>.Read(targets);
        using PackedBatch<T> g = PackedBatch<T>.Write(gradient, options.Accumulate);
        using PackedBatch<T> c = PackedBatch<T>.Write(curvature, options.Accumulate);
        LossTally tally = Loss.EvaluateWithCurvature<TLoss, T>(loss, y.Span, t.Span, g.Span, c.Span, options);
        g.Finish();
        c.Finish();
        return tally;
    }

    /// <summary>As for spans: exactly an input that lies alike, or apart.</summary>
    private static void CheckElements<T>(
        Batch<T> predictions, Batch<T> targets, Batch<T> destination, in LossOptions<T> options, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Writes(destination.Span, name)
            .Input(predictions.Span, options, nameof(predictions))
            .Input(targets.Span, options, nameof(targets))
            .Apart(options);
    }

    private static Written<T> WritesApart<T>(Batch<T> destination, Batch<T> first, Batch<T> second, string name, string firstName)
        where T : unmanaged =>
        Guard.Writes(destination.Span, name).Apart<T>(first.Span, firstName).Apart<T>(second.Span, "targets");
}
