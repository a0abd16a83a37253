using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks and kernels of contrastive losses of embeddings, whose similarities are their products.</summary>
internal static unsafe class EmbeddingCalls
{
    public static LossTally Sigmoid<T>(SigLip loss, Embeddings<T> embeddings, LossOptions<T> options, Span<T> losses, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = Check(embeddings, options, losses, wanted, "pair"), columns = embeddings.Columns;
        ContrastiveCalls.Check<T>(loss);
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(2 * n);
        Span<int> own = integers.Span[..n], left = integers.Span[n..];
        LabelGroups.Own(own);
        left = left[..LabelGroups.Uncounted(options.Weights, options.Mask, left)];
        int length = left.IsEmpty ? 0 : embeddings.First.Length;
        using SpanOwner<T> copies = SpanOwner<T>.Allocate(2 * length);
        Factors<T> factors = Factors(embeddings, options);
        factors.First = Counted(embeddings.First, columns, left, copies.Span[..length]);
        factors.Second = Counted(embeddings.Second, columns, left, copies.Span[length..]);
        RowCall<T, int> call = Call(n, own, options, losses);
        call.ClosedClasses = left;
        SigmoidPairsObjective<T> objective = new(loss.Scale, loss.Bias);
        return ProductRows.Run(factors, call, objective, new RowTraits(LogitTransform.None));
    }

    public static LossTally Supervised<T>(SupCon loss, Embeddings<T> embeddings, ReadOnlySpan<int> labels, LossOptions<T> options, Span<T> losses, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = Guard.Rows(embeddings.First, embeddings.Columns, "embeddings", "columns");
        Guard.Length(labels, n, "a label for each row");
        Guard.Entries(options, n, "row", wanted);
        ContrastiveCalls.Check<T>(loss);
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(losses, n, "a loss for each row");
            Guard.Writes(losses).Apart(embeddings.First, "embeddings").Apart(labels).Apart(options);
        }

        if (wanted == Wanted.Gradient)
        {
            Guard.SameLength<T, T>(embeddings.FirstGradient, embeddings.First, "gradient", "embeddings");
            Guard.Writes(embeddings.FirstGradient, "gradient").Apart(embeddings.First, "embeddings").Apart(labels).Apart(options);
        }

        using SpanOwner<T> groups = SpanOwner<T>.Allocate(n);
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(2 * n);
        Span<int> others = integers.Span[..n], anchors = integers.Span[n..];
        LabelGroups.Number(labels, groups.Span, others, anchors);
        Factors<T> factors = Factors(embeddings, options);
        factors.SecondGradient = factors.FirstGradient;
        factors.IsOne = true;
        RowCall<T, int> call = Call(n, anchors, options, losses);
        call.IgnoreLabel = -1;
        fixed (T* g = groups.Span)
        fixed (int* o = others)
        {
            PositivesObjective<T> objective = new(1 / loss.Temperature, loss.Positives == PositivesSum.Inside, g, o);
            return ProductRows.Run(factors, call, objective, new RowTraits(LogitTransform.None));
        }
    }

    public static LossTally Symmetric<T>(ClipLoss loss, Embeddings<T> embeddings, LossOptions<T> options, Span<T> losses, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = Check(embeddings, options, losses, wanted, "pair"), columns = embeddings.Columns;
        Guard.InvertibleAs<T>(loss.Temperature, nameof(loss.Temperature));
        if (n == 0) return default;
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(n);
        Span<int> left = integers.Span[..LabelGroups.Uncounted(options.Weights, options.Mask, integers.Span)];
        int length = left.IsEmpty ? 0 : embeddings.First.Length;
        using SpanOwner<T> copies = SpanOwner<T>.Allocate(2 * length);
        ReadOnlySpan<T> first = Counted(embeddings.First, columns, left, copies.Span[..length]);
        ReadOnlySpan<T> second = Counted(embeddings.Second, columns, left, copies.Span[length..]);

        // Columns need every row: the whole product.
        using SpanOwner<T> square = SpanOwner<T>.Allocate(checked(n * n));
        MatrixMultiply.Run(MatrixView<T>.RowMajor(first, columns), MatrixView<T>.Transposed(second, columns), square.Span, false, options.Threads);
        LossOptions<T> inner = new() { Weights = options.Weights, Mask = options.Mask, Denominator = options.Denominator, Threads = options.Threads };
        if (wanted != Wanted.Gradient) return ContrastiveCalls.Symmetric(loss, square.Span, inner, losses, wanted);
        LossTally tally = ContrastiveCalls.Symmetric(loss, square.Span, inner, square.Span, Wanted.Gradient);
        MatrixView<T> rows = MatrixView<T>.RowMajor(square.Span, n), turned = MatrixView<T>.Transposed(square.Span, n);
        MatrixMultiply.Run(rows, MatrixView<T>.RowMajor(second, columns), embeddings.FirstGradient, options.Accumulate, options.Threads);
        MatrixMultiply.Run(turned, MatrixView<T>.RowMajor(first, columns), embeddings.SecondGradient, options.Accumulate, options.Threads);
        return tally;
    }

    public static LossTally Explicit<T>(InfoNCE loss, Queries<T> queries, LossOptions<T> options, Span<T> losses, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = Check(loss, queries, options, losses, wanted);
        using SpanOwner<int> integers = SpanOwner<int>.Allocate(2 * n);
        Span<int> labels = integers.Span[..n], left = integers.Span[n..];
        labels.Clear();
        left = left[..LabelGroups.Uncounted(options.Weights, options.Mask, left)];
        int length = left.IsEmpty ? 0 : queries.First.Length;
        using SpanOwner<T> copies = SpanOwner<T>.Allocate(2 * length);
        queries.First = Counted(queries.First, queries.Columns, left, copies.Span[..length]);
        queries.Positives = Counted(queries.Positives, queries.Columns, left, copies.Span[length..]);
        queries.Accumulates = options.Accumulate;
        int width = 1 + (queries.Negatives.Length / queries.Columns / (loss.HasOwnNegatives ? Math.Max(1, n) : 1));
        RowCall<T, int> call = Call(n, labels, options, losses);
        call.Layout = new(width, 1, width);
        queries.HasOwnNegatives = loss.HasOwnNegatives;
        return QueryRows.Run(queries, call, left, new RowTraits(new LogitTransform(1 / loss.Temperature, 0)));
    }

    private static int Check<T>(InfoNCE loss, Queries<T> queries, LossOptions<T> options, Span<T> losses, Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = Guard.Rows(queries.First, queries.Columns, "queries", "columns");
        Guard.SameLength(queries.Positives, queries.First, "positives", "queries");
        int negatives = Guard.Rows(queries.Negatives, queries.Columns, "negatives", "columns");
        if (loss.HasOwnNegatives && (n == 0 ? negatives != 0 : negatives % n != 0))
            Throw.LengthIsNot("negatives", queries.Negatives.Length, (long)n * queries.Columns * (n == 0 ? 0 : negatives / n), "as many rows for each query");
        Guard.Entries(options, n, "row", wanted);
        Guard.InvertibleAs<T>(loss.Temperature, nameof(loss.Temperature));
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(losses, n, "a loss for each row");
            Apart(Guard.Writes(losses), queries, options);
        }

        if (wanted == Wanted.Gradient)
        {
            TripletGradients<T> g = queries.Gradients;
            Guard.SameLength<T, T>(g.Anchors, queries.First, "gradients.Anchors", "queries");
            Guard.SameLength<T, T>(g.Positives, queries.First, "gradients.Positives", "queries");
            Guard.SameLength<T, T>(g.Negatives, queries.Negatives, "gradients.Negatives", "negatives");
            Apart(Guard.Writes(g.Anchors, "gradients.Anchors"), queries, options);
            Apart(Guard.Writes(g.Positives, "gradients.Positives"), queries, options).Apart<T>(g.Anchors, "gradients.Anchors");
            Apart(Guard.Writes(g.Negatives, "gradients.Negatives"), queries, options)
                .Apart<T>(g.Anchors, "gradients.Anchors")
                .Apart<T>(g.Positives, "gradients.Positives");
        }

        return n;
    }

    private static Written<T> Apart<T>(Written<T> written, Queries<T> queries, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        written.Apart(queries.First, "queries").Apart(queries.Positives, "positives").Apart(queries.Negatives, "negatives").Apart(options);

    /// <summary>The checks of two matrices of as many rows; returns how many.</summary>
    private static int Check<T>(Embeddings<T> embeddings, LossOptions<T> options, Span<T> losses, Wanted wanted, string entry)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int n = Guard.Rows(embeddings.First, embeddings.Columns, "first", "columns");
        Guard.SameLength(embeddings.Second, embeddings.First, "second", "first");
        Guard.Entries(options, n, entry, wanted);
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(losses, n, "a loss for each row");
            Guard.Writes(losses).Apart(embeddings.First, "first").Apart(embeddings.Second, "second").Apart(options);
        }

        if (wanted == Wanted.Gradient)
        {
            Writes(embeddings.FirstGradient, embeddings, options, "firstGradient");
            Writes(embeddings.SecondGradient, embeddings, options, "secondGradient").Apart<T>(embeddings.FirstGradient, "firstGradient");
        }

        return n;
    }

    private static Written<T> Writes<T>(Span<T> gradient, Embeddings<T> embeddings, LossOptions<T> options, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.SameLength<T, T>(gradient, embeddings.First, name, "first");
        return Guard.Writes(gradient, name).Apart(embeddings.First, "first").Apart(embeddings.Second, "second").Apart(options);
    }

    /// <summary>The rows, or where some do not count a copy with zeros for these.</summary>
    private static ReadOnlySpan<T> Counted<T>(ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> uncounted, Span<T> copy)
        where T : unmanaged
    {
        if (uncounted.IsEmpty) return rows;
        ProductRows.CopyCounted(rows, columns, uncounted, copy);
        return copy;
    }

    private static Factors<T> Factors<T>(Embeddings<T> embeddings, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            First = embeddings.First,
            Second = embeddings.Second,
            Columns = embeddings.Columns,
            FirstGradient = embeddings.FirstGradient,
            SecondGradient = embeddings.SecondGradient,
            Accumulates = options.Accumulate,
        };

    /// <summary>A call of all rows; its denominator is that of all, where none is given, for a block does not know it.</summary>
    private static RowCall<T, int> Call<T>(int n, ReadOnlySpan<int> labels, LossOptions<T> options, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Layout = new(Math.Max(1, n), 1, Math.Max(1, n)),
            Labels = labels,
            Weights = options.Weights,
            Mask = options.Mask,
            Denominator = options.Denominator ?? LabelGroups.Weight(options.Weights, options.Mask, labels),
            Threads = options.Threads,
            Losses = losses,
        };
}

/// <summary>Two matrices of embeddings, or one, and where their gradients go.</summary>
internal ref struct Embeddings<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, int columns)
    where T : unmanaged
{
    public readonly ReadOnlySpan<T> First = first, Second = second;

    public readonly int Columns = columns;

    public Span<T> FirstGradient, SecondGradient;
}
