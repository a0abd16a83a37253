using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The rows without an open class of a call that wants them as zeros, found before it writes: it may write over its logits. Most calls
/// have none, and read one logit of each row to know it.
/// </summary>
internal readonly ref struct MaskedRowList
{
    private readonly SpanOwner<int> _rows;

    private MaskedRowList(int count) => _rows = SpanOwner<int>.Allocate(count);

    /// <summary>Finds them, or none where they are to be NaN; refuses a request that is neither.</summary>
    public static MaskedRowList Of<T>(ReadOnlySpan<T> logits, int classCount, MaskedRows maskedRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Known(maskedRows);
        int count = maskedRows == MaskedRows.Zeros ? OpenClasses.CountMaskedRows(logits, classCount) : 0;
        MaskedRowList list = new(count);
        if (count > 0) OpenClasses.FindMaskedRows(logits, classCount, list._rows.Span);
        return list;
    }

    public void Fill<T>(Span<T> results, int classCount, T value)
        where T : unmanaged
    {
        foreach (int row in _rows.Span) results.Slice(row * classCount, classCount).Fill(value);
    }

    public void Dispose() => _rows.Dispose();
}
