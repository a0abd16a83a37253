using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks and kernels of losses of a linear classifier's scores.</summary>
internal static class LinearCalls
{
    public static LossTally Labelled<TLoss, T, TLabel>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<TLabel> labels, LossOptions<T> options, LinearGradients<T> gradients, Span<T> losses, Wanted wanted)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        (int rows, int classes) = CheckShapes(scores, options, wanted);
        Guard.Length(labels, rows, "a label for each row of hidden states");
        int bad = Labels.IndexOutOfRange(labels, classes, options.Weights, options.Mask, options.IgnoreLabel);
        if (bad >= 0) Throw.LabelOutOfRange(nameof(labels), bad, labels[bad], classes);
        loss.Check(options);
        CheckWritten(scores, labels, options, gradients, losses, rows, wanted);
        LinearCall<T, TLabel> call = CallOf<T, TLabel>(scores, classes, options, gradients, losses, wanted);
        call.Labels = labels;
        return Run(call, new RowsByLabel<TLoss>(loss));
    }

    public static LossTally Targeted<TLoss, T>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<T> targets, LossOptions<T> options, LinearGradients<T> gradients, Span<T> losses, Wanted wanted)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int classes) = CheckShapes(scores, options, wanted);
        Guard.Length(targets, (long)rows * classes, "a target for each class of each row of hidden states");
        if (options.IgnoreLabel is Int128 label) Throw.OutOfRange(nameof(options.IgnoreLabel), label, "null with targets");
        loss.Check(options);
        CheckWritten(scores, targets, options, gradients, losses, rows, wanted);
        LinearCall<T, int> call = CallOf<T, int>(scores, classes, options, gradients, losses, wanted);
        call.Targets = targets;
        return Run(call, new RowsByTarget<TLoss>(loss));
    }

    private static LossTally Run<T, TLabel, TLoss>(scoped in LinearCall<T, TLabel> call, TLoss loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TLoss : struct, IRowsLoss
    {
        RowTally totals = default;
        LinearRows.Run(call, loss, ref totals);
        return new(totals.Sum, totals);
    }

    /// <summary>The numbers of rows and classes.</summary>
    private static (int Rows, int Classes) CheckShapes<T>(LinearScores<T> scores, LossOptions<T> options, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Threads(options.Threads, nameof(options.Threads));
        Guard.AtLeast(scores.ChunkRows, 0, nameof(scores.ChunkRows));
        int rows = Guard.Rows(scores.Hidden, scores.Features, nameof(scores.Hidden), nameof(scores.Features));
        int classes = Guard.Rows(scores.Weights, scores.Features, nameof(scores.Weights), nameof(scores.Features));
        if (classes == 0) Throw.LengthIsNot(nameof(scores.Weights), 0, scores.Features, "a row of weights for each class, and a class at least");
        if (!scores.Bias.IsEmpty) Guard.Length(scores.Bias, classes, "a number for each row of weights");
        if (!options.ClassWeights.IsEmpty) Guard.Length(options.ClassWeights, classes, "a weight for each class");
        if (!options.Weights.IsEmpty) Guard.Length(options.Weights, rows, "a weight for each row");
        if (!options.Mask.IsEmpty) Guard.Length(options.Mask, rows, "a mask for each row");
        Guard.Denominator<T>(options.Denominator);
        if (options.Accumulate && wanted != Wanted.Gradient) Throw.OutOfRange(nameof(options.Accumulate), true, "false in a call without a gradient");
        return (rows, classes);
    }

    private static void CheckWritten<T, TEntry>(
        LinearScores<T> scores, ReadOnlySpan<TEntry> entries, LossOptions<T> options, LinearGradients<T> gradients, Span<T> losses, int rows, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEntry : unmanaged
    {
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(losses, rows, "a loss for each row");
            Apart(losses, nameof(losses), scores, entries, options);
        }

        if (wanted != Wanted.Gradient) return;
        if (!gradients.Hidden.IsEmpty)
        {
            Guard.SameLength<T, T>(gradients.Hidden, scores.Hidden);
            Apart(gradients.Hidden, "gradients.Hidden", scores, entries, options);
        }

        if (!gradients.Weights.IsEmpty)
        {
            Guard.SameLength<T, T>(gradients.Weights, scores.Weights);
            Apart(gradients.Weights, "gradients.Weights", scores, entries, options).Apart<T>(gradients.Hidden, "gradients.Hidden");
        }

        if (gradients.Bias.IsEmpty) return;
        Guard.Length<T>(gradients.Bias, scores.Weights.Length / scores.Features, "a number for each class");
        Apart(gradients.Bias, "gradients.Bias", scores, entries, options).Apart<T>(gradients.Hidden, "gradients.Hidden").Apart<T>(gradients.Weights, "gradients.Weights");
    }

    /// <summary>The gradients of all products are taken from the inputs, so that none may be written over.</summary>
    private static Written<T> Apart<T, TEntry>(
        Span<T> destination, string name, LinearScores<T> scores, ReadOnlySpan<TEntry> entries, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEntry : unmanaged =>
        Guard.Writes(destination, name).Apart(scores.Hidden).Apart(scores.Weights).Apart(scores.Bias).Apart(entries).Apart(options);

    private static LinearCall<T, TLabel> CallOf<T, TLabel>(
        LinearScores<T> scores, int classes, LossOptions<T> options, LinearGradients<T> gradients, Span<T> losses, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> => new()
        {
            Hidden = scores.Hidden,
            Features = scores.Features,
            ClassRows = scores.Weights,
            Bias = scores.Bias,
            ClassCount = classes,
            ChunkRows = scores.ChunkRows,
            Weights = options.Weights,
            Mask = options.Mask,
            ClassWeights = options.ClassWeights,
            IgnoreLabel = options.IgnoreLabel,
            SkipsMaskedRows = options.MaskedRows == MaskedRows.Zeros,
            Denominator = options.Denominator,
            Accumulates = options.Accumulate,
            Threads = options.Threads,
            HasGradient = wanted == Wanted.Gradient,
            HiddenGradient = gradients.Hidden,
            ClassGradient = gradients.Weights,
            BiasGradient = gradients.Bias,
            Losses = losses,
        };
}

/// <summary>A loss of rows by labels.</summary>
internal readonly struct RowsByLabel<TLoss>(TLoss loss) : IRowsLoss
    where TLoss : struct, ILabelLoss
{
    public void Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> => loss.Run(call, ref totals);
}

/// <summary>A loss of rows by targets.</summary>
internal readonly struct RowsByTarget<TLoss>(TLoss loss) : IRowsLoss
    where TLoss : struct, ITargetLoss
{
    public void Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> => loss.Run(call, ref totals);
}
