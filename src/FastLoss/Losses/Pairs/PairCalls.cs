using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks and kernels of losses of pairs, triplets and similarities of rows.</summary>
internal static unsafe class PairCalls
{
    public static LossTally Cosine<T>(
        CosineEmbedding loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        ReadOnlySpan<int> labels,
        LossOptions<T> options,
        Span<T> firstGradient,
        Span<T> secondGradient,
        Span<T> losses,
        Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(first, columns);
        Guard.SameLength(second, first);
        Guard.Length(labels, rows, "a label for each pair of rows");
        Guard.Signs(labels);
        Guard.Entries(options, rows, "row", wanted);
        if (wanted == Wanted.Losses) WritesLosses(losses, rows, options).Apart(first).Apart(second).Apart(labels);
        if (wanted == Wanted.Gradient)
        {
            WritesGradient(firstGradient, first, second, options, nameof(firstGradient)).Apart(labels);
            if (!secondGradient.IsEmpty)
            {
                WritesGradient(secondGradient, first, second, options, nameof(secondGradient)).Apart(labels).Apart<T>(firstGradient);
            }
        }

        Accumulation<T> one = new(options.Accumulate, firstGradient), two = new(options.Accumulate, secondGradient);
        LossTally tally;
        fixed (T* x = first)
        fixed (T* y = second)
        fixed (int* l = labels)
        fixed (T* byX = one.Gradient)
        fixed (T* byY = two.Gradient)
        {
            CosineRow<T> row = new(x, y, columns, l, loss.Margin, byX, byY);
            tally = RowLosses.Run(rows, columns, options, row, losses, wanted == Wanted.Gradient && rows > 0);
        }

        one.Finish();
        two.Finish();
        return tally;
    }

    public static LossTally Triplet<T>(
        TripletMargin loss,
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        LossOptions<T> options,
        TripletGradients<T> gradients,
        Span<T> losses,
        Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(anchors, columns);
        Guard.SameLength(positives, anchors);
        Guard.SameLength(negatives, anchors);
        Guard.Entries(options, rows, "row", wanted);
        if (wanted == Wanted.Losses) WritesLosses(losses, rows, options).Apart(anchors).Apart(positives).Apart(negatives);
        if (wanted == Wanted.Gradient)
        {
            WritesGradient(gradients.Anchors, anchors, positives, options, "gradients.Anchors").Input(negatives, options);
            WritesGradient(gradients.Positives, anchors, positives, options, "gradients.Positives").Input(negatives, options)
                .Apart<T>(gradients.Anchors);
            WritesGradient(gradients.Negatives, anchors, positives, options, "gradients.Negatives").Input(negatives, options)
                .Apart<T>(gradients.Anchors)
                .Apart<T>(gradients.Positives);
        }

        Accumulation<T> one = new(options.Accumulate, gradients.Anchors);
        Accumulation<T> two = new(options.Accumulate, gradients.Positives);
        Accumulation<T> three = new(options.Accumulate, gradients.Negatives);
        LossTally tally;
        fixed (T* a = anchors)
        fixed (T* p = positives)
        fixed (T* n = negatives)
        fixed (T* byA = one.Gradient)
        fixed (T* byP = two.Gradient)
        fixed (T* byN = three.Gradient)
        {
            bool isDifferentiated = wanted == Wanted.Gradient && rows > 0;
            TripletRow<T> row = new(a, p, n, columns, loss.Margin, loss.Epsilon, loss.Swap, byA, byP, byN);
            tally = loss.Power == 2
                ? RowLosses.Run(rows, columns, options, row, losses, isDifferentiated)
                : RowLosses.Run(rows, columns, options, new TripletPowerRow<T>(loss, new(a, p, n), new(byA, byP, byN), columns), losses, isDifferentiated);
        }

        one.Finish();
        two.Finish();
        three.Finish();
        return tally;
    }

    public static LossTally Contrastive<T>(
        NTXent loss,
        ReadOnlySpan<T> similarities,
        ReadOnlySpan<int> positives,
        LossOptions<T> options,
        Span<T> destination,
        Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckContrastive(loss, similarities, positives, options, wanted);
        if (wanted == Wanted.Losses)
        {
            Guard.SameLength<T, int>(destination, positives, "losses");
            Guard.Writes(destination, "losses").Apart(similarities).Apart(positives).Apart(options);
        }

        if (wanted == Wanted.Gradient)
        {
            Guard.SameLength<T, T>(destination, similarities, "gradient");
            Guard.Writes(destination, "gradient").Apart(positives).Apart(options).Input(similarities, options);
        }

        RowCall<T, int> call = new()
        {
            Scores = similarities,
            Layout = new(Math.Max(1, positives.Length), 1, Math.Max(1, positives.Length)),
            Labels = positives,
            IgnoreLabel = -1,
            Mask = options.Mask,
            Denominator = options.Denominator,
            Accumulates = options.Accumulate,
            Threads = options.Threads,
            Gradient = wanted == Wanted.Gradient ? destination : default,
            Losses = wanted == Wanted.Losses ? destination : default,
        };
        RowTraits traits = new(new LogitTransform(1 / loss.Temperature, 0), MasksDiagonal: true);
        RowTally totals = default;
        RowEngine.Run(call, default(LabelObjective<T>), traits, ref totals);
        return new(totals.Sum, totals.Count);
    }

    private static void CheckContrastive<T>(
        NTXent loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, LossOptions<T> options, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = positives.Length;
        Guard.Length(similarities, (long)n * n, "a square with a row for each positive");
        if (!options.Weights.IsEmpty) Throw.LengthIsNot(nameof(options.Weights), options.Weights.Length, 0, "NTXent, which has a mask but no weights,");
        Guard.Entries(options, n, "row", wanted);
        Guard.InvertibleAs<T>(loss.Temperature, nameof(loss.Temperature));
        int bad = Labels.IndexOfBadPositive(positives);
        if (bad >= 0) Throw.ElementOutOfRange(nameof(positives), bad, positives[bad], $"-1, or a column from 0 to {n - 1} other than its row's own");
    }

    /// <summary>A destination for the losses of rows.</summary>
    private static Written<T> WritesLosses<T>(Span<T> losses, int rows, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Length<T>(losses, rows, "a loss for each row");
        return Guard.Writes(losses).Apart(options);
    }

    /// <summary>A gradient of rows, as long as they are: exactly an input, unless it is added.</summary>
    private static Written<T> WritesGradient<T>(
        Span<T> gradient,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        LossOptions<T> options,
        string name,
        [CallerArgumentExpression(nameof(first))] string firstName = "",
        [CallerArgumentExpression(nameof(second))] string secondName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.SameLength<T, T>(gradient, first, name);
        return Guard.Writes(gradient, name).Input(first, options, firstName).Input(second, options, secondName).Apart(options);
    }
}
