using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks and kernels of losses of matrices of similarities, as calls of the row engine.</summary>
internal static unsafe class ContrastiveCalls
{
    public static LossTally Sigmoid<T>(SigLip loss, ReadOnlySpan<T> similarities, LossOptions<T> options, Span<T> destination, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = Side(similarities);
        Guard.Entries(options, n, "pair", wanted);
        Check<T>(loss);
        Destination(similarities, n, options, destination, wanted);
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(2 * n);
        Span<int> own = integers.Span[..n], closed = integers.Span[n..];
        LabelGroups.Own(own);
        int count = LabelGroups.Uncounted(options.Weights, options.Mask, closed);
        RowCall<T, int> call = Call(similarities, n, own, options, destination, wanted);
        call.ClosedClasses = closed[..count];
        RowTally totals = default;
        RowEngine.Run(call, new SigmoidPairsObjective<T>(loss.Scale, loss.Bias), new RowTraits(LogitTransform.None), ref totals);
        return new(totals.Sum, totals);
    }

    public static LossTally Symmetric<T>(ClipLoss loss, ReadOnlySpan<T> similarities, LossOptions<T> options, Span<T> destination, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = Side(similarities);
        Guard.Entries(options, n, "pair", wanted);
        Guard.InvertibleAs<T>(loss.Temperature, nameof(loss.Temperature));
        Destination(similarities, n, options, destination, wanted);
        using SpanOwner<T> turned = SpanOwner<T>.Allocate(wanted == Wanted.Gradient ? similarities.Length : 0);
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(2 * n);
        using SpanOwner<T> losses = SpanOwner<T>.Allocate(2 * n);
        Span<int> own = integers.Span[..n], closed = integers.Span[n..];
        LabelGroups.Own(own);
        int count = LabelGroups.Uncounted(options.Weights, options.Mask, closed);
        RowCall<T, int> call = Call(similarities, n, own, options, destination, wanted);
        call.ClosedClasses = closed[..count];
        if (wanted != Wanted.Losses) call.Losses = losses.Span[..n];
        return SymmetricRows.Run(call, losses.Span[n..], turned.Span, new RowTraits(new LogitTransform(1 / loss.Temperature, 0)));
    }

    public static LossTally Supervised<T>(
        SupCon loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> labels, LossOptions<T> options, Span<T> destination, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = labels.Length;
        Guard.Length(similarities, (long)n * n, "a square with a row for each label");
        Guard.Entries(options, n, "row", wanted);
        Check<T>(loss);
        Destination(similarities, n, options, destination, wanted);
        if (wanted != Wanted.Nothing) Guard.Writes(destination, wanted == Wanted.Losses ? "losses" : "gradient").Apart(labels);
        using SpanOwner<T> groups = SpanOwner<T>.Allocate(n);
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(2 * n);
        Span<int> others = integers.Span[..n], anchors = integers.Span[n..];
        LabelGroups.Number(labels, groups.Span, others, anchors);
        RowCall<T, int> call = Call(similarities, n, anchors, options, destination, wanted);
        call.IgnoreLabel = -1;
        RowTally totals = default;
        fixed (T* g = groups.Span)
        fixed (int* o = others)
        {
            PositivesObjective<T> objective = new(1 / loss.Temperature, loss.Positives == PositivesSum.Inside, g, o);
            RowEngine.Run(call, objective, new RowTraits(LogitTransform.None), ref totals);
        }

        return new(totals.Sum, totals);
    }

    public static LossTally Explicit<T>(
        InfoNCE loss, ReadOnlySpan<T> similarities, int columns, LossOptions<T> options, Span<T> destination, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(similarities, columns);
        Guard.Entries(options, rows, "row", wanted);
        Guard.InvertibleAs<T>(loss.Temperature, nameof(loss.Temperature));
        Destination(similarities, rows, options, destination, wanted);
        using SpanOwner<int> first = SpanOwner<int>.Allocate(rows, AllocationMode.Clear);
        RowTally totals = default;
        RowTraits traits = new(new LogitTransform(1 / loss.Temperature, 0));
        RowEngine.Run(Call(similarities, columns, first.Span, options, destination, wanted), default(PlainObjective<T>), traits, ref totals);
        return new(totals.Sum, totals);
    }

    public static void Check<T>(SigLip loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.InvertibleAs<T>(loss.Scale, nameof(loss.Scale));
        if (!T.IsFinite(T.CreateTruncating(loss.Bias))) Throw.OutOfRange(nameof(loss.Bias), loss.Bias, $"finite as {Throw.Name(typeof(T))}");
    }

    public static void Check<T>(SupCon loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.InvertibleAs<T>(loss.Temperature, nameof(loss.Temperature));
        Guard.Known(loss.Positives, nameof(loss.Positives));
    }

    /// <summary>The rows of a square matrix.</summary>
    private static int Side<T>(ReadOnlySpan<T> similarities)
    {
        int side = (int)Math.Sqrt(similarities.Length);
        Guard.Length(similarities, (long)side * side, "the largest square in it");
        return side;
    }

    private static void Destination<T>(ReadOnlySpan<T> similarities, int rows, LossOptions<T> options, Span<T> destination, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(destination, rows, "a loss for each row", "losses");
            Guard.Writes(destination, "losses").Apart(similarities).Apart(options);
        }

        if (wanted == Wanted.Gradient)
        {
            Guard.SameLength<T, T>(destination, similarities, "gradient");
            Guard.Writes(destination, "gradient").Apart(options).Input(similarities, options);
        }
    }

    private static RowCall<T, int> Call<T>(
        ReadOnlySpan<T> similarities, int columns, ReadOnlySpan<int> labels, LossOptions<T> options, Span<T> destination, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Scores = similarities,
            Layout = new(Math.Max(1, columns), 1, Math.Max(1, columns)),
            Labels = labels,
            Weights = options.Weights,
            Mask = options.Mask,
            Denominator = options.Denominator,
            Accumulates = options.Accumulate,
            Threads = options.Threads,
            Gradient = wanted == Wanted.Gradient ? destination : default,
            Losses = wanted == Wanted.Losses ? destination : default,
        };
}
