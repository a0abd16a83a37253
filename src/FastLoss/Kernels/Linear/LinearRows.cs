using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace FastLoss.Kernels;

/// <summary>
/// A loss of scores h W^T + b without the scores: those of a chunk of rows are made, become their gradient g in place, and g goes into the
/// gradients by hidden states, g W, and by weights, g^T h. Rows that do not count are left out before, so that they cost nothing and hold
/// what they like.
/// </summary>
/// <remarks>
/// Every element of every product is a chain of fused multiply-adds in ascending order (<see cref="MatrixMultiply"/>): that of a weight's gradient goes
/// on from chunk to chunk, so that neither chunks nor threads nor registers change a bit.
/// </remarks>
internal static class LinearRows
{
    /// <summary>
    /// Rows of a chunk: the gradient by the weights is read and written once for each, which at 256 rows takes a tenth of the products' time.
    /// </summary>
    private const int UsualChunk = 256;

    public static void Run<T, TLabel, TLoss>(scoped in LinearCall<T, TLabel> call, TLoss loss, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TLoss : struct, IRowsLoss
    {
        using SpanOwner<int> places = SpanOwner<int>.Allocate(call.Rows);
        Span<int> rows = places.Span[..Count(call, places.Span)];
        if (rows.Length < call.Rows)
        {
            call.Losses.Clear();
            if (!call.Accumulates) call.HiddenGradient.Clear();
        }

        if (!call.Accumulates && rows.IsEmpty)
        {
            call.ClassGradient.Clear();
            call.BiasGradient.Clear();
        }

        if (rows.IsEmpty) return;
        int chunk = Math.Min(rows.Length, call.ChunkRows == 0 ? UsualChunk : call.ChunkRows);
        chunk = (int)Math.Clamp(Array.MaxLength / call.ClassCount, 1, chunk);
        using SpanOwner<T> scores = SpanOwner<T>.Allocate(chunk * call.ClassCount);

        // A row that counts among others that do not has a weight, and the bits of a row that has one.
        using SpanOwner<T> ones = SpanOwner<T>.Allocate(call.Weights.IsEmpty && (!call.Mask.IsEmpty || call.IgnoreLabel != null) ? chunk : 0);
        ones.Span.Fill(T.One);
        double? weight = call.HasGradient && call.Denominator == null ? WeightOf(call, loss, rows, scores.Span, ones.Span) : null;
        bool isFirst = true;
        foreach ((int start, int count) in new Blocks(rows.Length, chunk))
        {
            using LinearChunk<T, TLabel> part = new(call, rows.Slice(start, count), scores.Span, ones.Span);
            part.Score();
            totals.Add(part.Lose(loss, call.HasGradient, weight));
            if (call.HasGradient) part.Differentiate(call.Accumulates || !isFirst);
            isFirst = false;
        }
    }

    /// <summary>The rows that count, as far as is known without their scores.</summary>
    private static int Count<T, TLabel>(scoped in LinearCall<T, TLabel> call, Span<int> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        int count = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            rows[count] = row;
            count += call.Counts(row) ? 1 : 0;
        }

        return count;
    }

    /// <summary>What the rows weigh that count, by which a mean is divided. Where masked rows do not count, only their scores say so, and are made twice.</summary>
    private static double WeightOf<T, TLabel, TLoss>(scoped in LinearCall<T, TLabel> call, TLoss loss, ReadOnlySpan<int> rows, Span<T> scores, ReadOnlySpan<T> ones)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TLoss : struct, IRowsLoss
    {
        RowTally totals = default;
        foreach ((int start, int count) in new Blocks(rows.Length, scores.Length / call.ClassCount))
        {
            using LinearChunk<T, TLabel> part = new(call, rows.Slice(start, count), scores, ones);
            if (call.SkipsMaskedRows)
            {
                part.Score();
                totals.Add(part.Lose(loss, hasGradient: false, null));
            }
            else
            {
                totals.Add(part.Weigh(loss));
            }
        }

        return totals.Weight.ToDouble() + totals.Ones;
    }
}
