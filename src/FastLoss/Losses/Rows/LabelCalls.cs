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
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        Labelled(loss, scores, classes, labels, options, wanted, destination, out _);

    public static LossTally Labelled<TLoss, T, TLabel>(
        TLoss loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<TLabel> labels,
        in LossOptions<T> options,
        Wanted wanted,
        Span<T> destination,
        out LossTally zLoss)
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
        return Run(new LabelLoss<TLoss>(loss), scores, classes, labels, default, options, wanted, destination, out zLoss);
    }

    public static LossTally Targeted<TLoss, T>(
        TLoss loss, ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<T> targets, in LossOptions<T> options, Wanted wanted, Span<T> destination)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Targeted(loss, scores, classes, targets, options, wanted, destination, out _);

    public static LossTally Targeted<TLoss, T>(
        TLoss loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<T> targets,
        in LossOptions<T> options,
        Wanted wanted,
        Span<T> destination,
        out LossTally zLoss)
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
        return Run(new TargetLoss<TLoss>(loss), scores, classes, default(ReadOnlySpan<int>), targets, options, wanted, destination, out zLoss);
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

    private static LossTally Run<TLoss, T, TLabel>(
        TLoss loss,
        ReadOnlySpan<T> scores,
        ClassAxis classes,
        ReadOnlySpan<TLabel> labels,
        ReadOnlySpan<T> targets,
        in LossOptions<T> options,
        Wanted wanted,
        Span<T> destination,
        out LossTally zLoss)
        where TLoss : struct, IRowCallee
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        RowCall<T, TLabel> call = new()
        {
            Scores = scores,
            Layout = classes.Layout,
            Labels = labels,
            Targets = targets,
            Weights = options.Weights,
            Mask = options.Mask,
            ClassWeights = options.ClassWeights,
            IgnoreLabel = options.IgnoreLabel,
            SkipsMaskedRows = options.MaskedRows == MaskedRows.Zeros,
            Denominator = options.Denominator,
            Accumulates = options.Accumulate,
            Threads = options.Threads,
            Gradient = wanted == Wanted.Gradient ? destination : default,
            Losses = wanted == Wanted.Losses ? destination : default,
        };
        RowTally tally = loss.Run(call);
        zLoss = new(tally.ZSum, tally.Weight, tally.Count);
        return new(tally.Sum, tally.Weight, tally.Count);
    }

    /// <summary>A checked call with half-precision logits.</summary>
    public static LossTally Halves<TLoss>(
        TLoss loss, ReadOnlySpan<Half> logits, ClassAxis classes, ReadOnlySpan<int> labels, Span<float> gradient, Span<float> losses)
        where TLoss : struct, ILabelLoss
    {
        RowCall<float, int> call = new() { HalfScores = logits, Layout = classes.Layout, Labels = labels, Gradient = gradient, Losses = losses };
        RowTally tally = loss.Run(call);
        return new(tally.Sum, tally.Weight, tally.Count);
    }

    /// <summary>A loss by labels or by targets, as what runs a call.</summary>
    private interface IRowCallee
    {
        RowTally Run<T, TLabel>(in RowCall<T, TLabel> call)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TLabel : unmanaged, IBinaryInteger<TLabel>;
    }

    private readonly struct LabelLoss<TLoss>(TLoss loss) : IRowCallee
        where TLoss : struct, ILabelLoss
    {
        public RowTally Run<T, TLabel>(in RowCall<T, TLabel> call)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TLabel : unmanaged, IBinaryInteger<TLabel> => loss.Run(call);
    }

    private readonly struct TargetLoss<TLoss>(TLoss loss) : IRowCallee
        where TLoss : struct, ITargetLoss
    {
        public RowTally Run<T, TLabel>(in RowCall<T, TLabel> call)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TLabel : unmanaged, IBinaryInteger<TLabel> => loss.Run(call);
    }
}
