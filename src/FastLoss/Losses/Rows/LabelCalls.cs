using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What every call of a loss of rows of scores does around its kernel: all checks, then the options that any loss has.</summary>
internal static class LabelCalls
{
    public static LossTally Labelled<TLoss, T, TLabel>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, in LossOptions<T> options, Wanted wanted, Span<T> destination)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        RowTally totals = default;
        Labelled(loss, scores, classes, labels, options, wanted, destination, ref totals);
        return new(totals.Sum, totals);
    }

    public static void Labelled<TLoss, T, TLabel>(
        TLoss loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<TLabel> labels,
        in LossOptions<T> options,
        Wanted wanted,
        Span<T> destination,
        ref RowTally totals)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        int rows = CheckRows(scores, classes, in options);
        if (rows != labels.Length) Throw.LengthIsNot(nameof(labels), labels.Length, rows, $"a label for each row of {classes.Count} scores");
        int bad = Labels.IndexOutOfRange(labels, classes.Count, options.Weights, options.Mask, options.IgnoreLabel);
        if (bad >= 0) Throw.LabelOutOfRange(nameof(labels), bad, labels[bad], classes.Count);
        loss.Check(options);
        CheckDestination(scores, rows, options, wanted, destination).Apart(labels);
        RowCall<T, TLabel> call = default;
        Set(ref call, scores, classes, options, wanted, destination);
        call.Labels = labels;
        loss.Run(call, ref totals);
    }

    public static LossTally Targeted<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<T> targets, in LossOptions<T> options, Wanted wanted, Span<T> destination)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowTally totals = default;
        Targeted(loss, scores, classes, targets, options, wanted, destination, ref totals);
        return new(totals.Sum, totals);
    }

    public static void Targeted<TLoss, T>(
        TLoss loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<T> targets,
        in LossOptions<T> options,
        Wanted wanted,
        Span<T> destination,
        ref RowTally totals)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = CheckRows(scores, classes, in options);
        Guard.SameLength(targets, scores);
        if (options.IgnoreLabel is Int128 label) Throw.OutOfRange(nameof(options.IgnoreLabel), label, "null with targets");
        loss.Check(options);
        Written<T> written = CheckDestination(scores, rows, options, wanted, destination);
        if (TLoss.WritesOverTargets && wanted == Wanted.Gradient && !options.Accumulate) written.Over(targets);
        else written.Apart(targets);
        RowCall<T, int> call = default;
        Set(ref call, scores, classes, options, wanted, destination);
        call.Targets = targets;
        loss.Run(call, ref totals);
    }

    /// <summary>The number of rows, of scores and options that belong together.</summary>
    private static int CheckRows<T>(ReadOnlySpan<T> scores, ClassAxis classes, in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Threads(options.Threads, nameof(options.Threads));
        int rows = classes.Rows(scores, nameof(scores), nameof(classes));
        if (!options.ClassWeights.IsEmpty) Guard.Length(options.ClassWeights, classes.Count, "a weight for each class");
        if (!options.Weights.IsEmpty) Guard.Length(options.Weights, rows, "a weight for each row");
        if (!options.Mask.IsEmpty) Guard.Length(options.Mask, rows, "a mask for each row");
        Guard.Denominator<T>(options.Denominator);
        return rows;
    }

    private static Written<T> CheckDestination<T>(
        ReadOnlySpan<T> scores, int rows, in LossOptions<T> options, Wanted wanted, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (options.Accumulate && wanted != Wanted.Gradient) Throw.OutOfRange(nameof(options.Accumulate), true, "false in a call without a gradient");
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(destination, rows, "a loss for each row", "losses");
            return Guard.Writes(destination, "losses").Apart(scores).Apart(options);
        }

        if (wanted == Wanted.Gradient) Guard.SameLength<T, T>(destination, scores, "gradient");
        Written<T> written = Guard.Writes(destination, "gradient");
        return written.Input(scores, options).Apart(options);
    }

    /// <summary>Field by field: a call that is copied soon after its parts were stored waits for them, ten nanoseconds a copy.</summary>
    private static void Set<T, TLabel>(
        ref RowCall<T, TLabel> call, ReadOnlySpan<T> scores, ClassAxis classes, in LossOptions<T> options, Wanted wanted, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        call.Scores = scores;
        call.Layout = classes.Layout;
        call.Weights = options.Weights;
        call.Mask = options.Mask;
        call.ClassWeights = options.ClassWeights;
        call.IgnoreLabel = options.IgnoreLabel;
        call.SkipsMaskedRows = options.MaskedRows == MaskedRows.Zeros;
        call.Denominator = options.Denominator;
        call.Accumulates = options.Accumulate;
        call.Threads = options.Threads;
        if (wanted == Wanted.Gradient) call.Gradient = destination;
        if (wanted == Wanted.Losses) call.Losses = destination;
    }

    /// <summary>A checked call with half-precision logits.</summary>
    public static LossTally Halves<TLoss>(
        TLoss loss, ReadOnlySpan<Half> logits, ClassAxis classes, ReadOnlySpan<int> labels, Span<float> gradient, Span<float> losses)
        where TLoss : struct, ILabelLoss
    {
        RowCall<float, int> call = new() { HalfScores = logits, Layout = classes.Layout, Labels = labels, Gradient = gradient, Losses = losses };
        RowTally totals = default;
        loss.Run(call, ref totals);
        return new(totals.Sum, totals);
    }
}
