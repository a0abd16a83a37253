using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace FastLoss.Kernels;

/// <summary>
/// Softmax cross-entropy of queries' products with a positive, the first class, and with negatives, the others: a block of rows at a time, its
/// gradient in its place, and those by the three sides of it.
/// </summary>
internal static class QueryRows
{
    private const int BlockLength = (int)Chunks.SerialLength;

    private const int LeastRows = 64;

    /// <param name="queries">The three sides and where their gradients go.</param>
    /// <param name="call">Labels, weights, mask, losses and the denominator, of all rows; no scores and no gradient.</param>
    /// <param name="uncounted">The rows that do not count.</param>
    /// <param name="traits">How logits are made of products.</param>
    public static LossTally Run<T>(Queries<T> queries, RowCall<T, int> call, ReadOnlySpan<int> uncounted, RowTraits traits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = queries.Columns, rows = queries.First.Length / columns, width = call.Layout.ClassCount;
        RowTally totals = default;
        TripletGradients<T> gradients = queries.Gradients;
        bool isDifferentiated = !gradients.Anchors.IsEmpty && call.Denominator != 0;
        if (!queries.Accumulates)
        {
            gradients.Anchors.Clear();
            gradients.Positives.Clear();
            gradients.Negatives.Clear();
        }

        if (rows == 0) return new(totals.Sum, totals);
        int blockRows = Math.Min(rows, Math.Max(LeastRows, (BlockLength + width - 1) / width));
        using SpanOwner<T> buffer = SpanOwner<T>.Allocate(checked(2 * blockRows * width));
        foreach ((int first, int count) in new Blocks(rows, blockRows))
        {
            Span<T> block = buffer.Span[..(count * width)];
            Products(queries, first, count, block, buffer.Span[block.Length..], call.Threads);
            RowTally part = default;
            RowEngine.Run(ProductRows.Part(call, first, count, block, isDifferentiated), default(PlainObjective<T>), traits, ref part);
            totals.Add(part);
            if (isDifferentiated) Gradients(queries, first, count, block, uncounted, call.Threads);
        }

        return new(totals.Sum, totals);
    }

    /// <summary>Rows of similarities; those to negatives that queries share are made apart, next to each other.</summary>
    private static void Products<T>(Queries<T> queries, int first, int count, Span<T> block, Span<T> apart, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = queries.Columns, width = block.Length / count, others = width - 1;
        apart = apart[..(count * others)];
        if (!queries.HasOwnNegatives)
        {
            ReadOnlySpan<T> left = queries.First.Slice(first * columns, count * columns);
            MatrixMultiply.Run(MatrixView<T>.RowMajor(left, columns), MatrixView<T>.Transposed(queries.Negatives, columns), apart, false, threads);
        }

        for (int r = 0; r < count; r++)
        {
            Span<T> row = block.Slice(r * width, width);
            MatrixView<T> query = queries.Query(first + r);
            MatrixMultiply.Run(query, MatrixView<T>.Transposed(queries.Positive(first + r), columns), row[..1], false);
            if (queries.HasOwnNegatives) MatrixMultiply.Run(query, MatrixView<T>.Transposed(queries.Own(first + r, others), columns), row[1..], false);
            else apart.Slice(r * others, others).CopyTo(row[1..]);
        }
    }

    /// <summary>All three are added: to what stands there, or to zeros.</summary>
    private static void Gradients<T>(Queries<T> queries, int first, int count, Span<T> block, ReadOnlySpan<int> uncounted, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = queries.Columns, width = block.Length / count, others = width - 1;
        TripletGradients<T> gradients = queries.Gradients;
        if (!queries.HasOwnNegatives && others > 0)
        {
            MatrixView<T> slopes = MatrixView<T>.RowMajor(block, width).From(1);
            ReadOnlySpan<T> left = queries.First.Slice(first * columns, count * columns);
            MatrixMultiply.Run(slopes.Turned(), MatrixView<T>.RowMajor(left, columns), gradients.Negatives, true, threads);
            MatrixMultiply.Run(slopes, MatrixView<T>.RowMajor(queries.Negatives, columns), gradients.Anchors.Slice(first * columns, count * columns), true, threads);
        }

        for (int r = 0; r < count; r++)
        {
            int at = first + r;
            if (uncounted.BinarySearch(at) >= 0) continue;
            MatrixView<T> slopes = MatrixView<T>.RowMajor(block.Slice(r * width, width), width), positive = slopes.Front(1), query = queries.Query(at);
            Span<T> byQuery = gradients.Anchors.Slice(at * columns, columns);
            MatrixMultiply.Run(positive, MatrixView<T>.RowMajor(queries.Positive(at), columns), byQuery, true);
            MatrixMultiply.Run(positive, query, gradients.Positives.Slice(at * columns, columns), true);
            if (!queries.HasOwnNegatives || others == 0) continue;
            MatrixMultiply.Run(slopes.From(1), MatrixView<T>.RowMajor(queries.Own(at, others), columns), byQuery, true);
            MatrixMultiply.Run(slopes.From(1).Turned(), query, gradients.Negatives.Slice(at * others * columns, others * columns), true);
        }
    }
}

/// <summary>Queries with their positives and negatives, and where the gradients by them go, empty where they are not wanted.</summary>
internal ref struct Queries<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> positives, ReadOnlySpan<T> negatives, int columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> First = first, Positives = positives;

    public readonly ReadOnlySpan<T> Negatives = negatives;

    public readonly int Columns = columns;

    public TripletGradients<T> Gradients;

    public bool HasOwnNegatives, Accumulates;

    public readonly MatrixView<T> Query(int row) => MatrixView<T>.RowMajor(First.Slice(row * Columns, Columns), Columns);

    public readonly ReadOnlySpan<T> Positive(int row) => Positives.Slice(row * Columns, Columns);

    /// <summary>A query's own negatives, of which there are so many.</summary>
    public readonly ReadOnlySpan<T> Own(int row, int count) => Negatives.Slice(row * count * Columns, count * Columns);
}
