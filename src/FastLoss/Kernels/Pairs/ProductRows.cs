using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace FastLoss.Kernels;

/// <summary>
/// Losses of rows of the product A B^T, of which no more than a block of rows is ever made: the block, the row engine over it, its gradient in its
/// place, and that by A and B of it while it is in the cache. The tally and each row are those of the whole product, bit for bit.
/// </summary>
internal static class ProductRows
{
    /// <summary>Elements of a block, which threads share from so many on.</summary>
    private const int BlockLength = (int)Chunks.SerialLength;

    /// <summary>Fewer rows leave the product waiting for its right side.</summary>
    private const int LeastRows = 64;

    /// <param name="factors">A, B and where their gradients go; both are wanted or none.</param>
    /// <param name="call">Labels, weights, mask, losses and the denominator, of all rows; no scores and no gradient.</param>
    /// <param name="objective">What a block's rows are losses of.</param>
    /// <param name="traits">How logits are made of products.</param>
    public static LossTally Run<T, TObjective>(Factors<T> factors, RowCall<T, int> call, TObjective objective, RowTraits traits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TObjective : struct, IRowObjective<T>
    {
        int columns = factors.Columns, rows = factors.First.Length / columns, n = factors.Second.Length / columns;
        RowTally totals = default;
        if (rows == 0) return new(totals.Sum, totals);
        bool isWanted = !factors.FirstGradient.IsEmpty, isDifferentiated = isWanted && call.Denominator != 0;
        if (isWanted && !isDifferentiated && !factors.Accumulates)
        {
            factors.FirstGradient.Clear();
            factors.SecondGradient.Clear();
        }

        int blockRows = Math.Min(rows, Math.Max(LeastRows, (BlockLength + n - 1) / n));
        using SpanOwner<T> buffer = SpanOwner<T>.Allocate(checked(blockRows * n));
        foreach ((int first, int count) in new Blocks(rows, blockRows))
        {
            Span<T> block = buffer.Span[..(count * n)];
            ReadOnlySpan<T> left = factors.First.Slice(first * columns, count * columns);
            MatrixMultiply.Run(MatrixView<T>.RowMajor(left, columns), MatrixView<T>.Transposed(factors.Second, columns), block, false, call.Threads);
            RowTally part = default;
            RowEngine.Run(Part(call, first, count, block, isDifferentiated), objective, traits, ref part);
            totals.Add(part);
            if (!isDifferentiated) continue;

            // Of rows of one matrix both gradients are added to the same.
            Span<T> byLeft = factors.FirstGradient.Slice(first * columns, count * columns);
            bool adds = factors.Accumulates || first > 0;
            MatrixMultiply.Run(MatrixView<T>.Transposed(block, n), MatrixView<T>.RowMajor(left, columns), factors.SecondGradient, adds, call.Threads);
            MatrixMultiply.Run(
                MatrixView<T>.RowMajor(block, n), MatrixView<T>.RowMajor(factors.Second, columns), byLeft, factors.Accumulates || factors.IsOne, call.Threads);
        }

        return new(totals.Sum, totals);
    }

    /// <summary>The call of a block of rows.</summary>
    public static RowCall<T, int> Part<T>(RowCall<T, int> call, int first, int count, Span<T> block, bool isDifferentiated)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        call.Scores = block;
        call.Gradient = isDifferentiated ? block : default;
        call.Labels = call.Labels.Slice(first, count);
        if (!call.Weights.IsEmpty) call.Weights = call.Weights.Slice(first, count);
        if (!call.Mask.IsEmpty) call.Mask = call.Mask.Slice(first, count);
        if (!call.Losses.IsEmpty) call.Losses = call.Losses.Slice(first, count);
        return call;
    }

    /// <summary>Rows to a copy, zeros for those that do not count: a gradient of 0 times NaN is none.</summary>
    public static void CopyCounted<T>(ReadOnlySpan<T> rows, int columns, ReadOnlySpan<int> uncounted, Span<T> copy)
        where T : unmanaged
    {
        rows.CopyTo(copy);
        foreach (int row in uncounted) copy.Slice(row * columns, columns).Clear();
    }
}

/// <summary>The two sides of a product of rows, and their gradients, empty where they are not wanted.</summary>
internal ref struct Factors<T>
    where T : unmanaged
{
    public ReadOnlySpan<T> First, Second;

    public int Columns;

    public Span<T> FirstGradient, SecondGradient;

    public bool Accumulates;

    /// <summary>Both are the same, and so are their gradients.</summary>
    public bool IsOne;
}
