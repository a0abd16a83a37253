using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// Rows whose classes do not stand next to each other: class c of row (o, i) stands at o * pitch + c * inner + i. They are packed, row
/// (o, i) as row o * inner + i, and unpacked again.
/// </summary>
internal readonly struct StridedRows(int classCount, int inner, int pitch)
{
    public void Pack<T>(ReadOnlySpan<T> source, Span<T> packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < packed.Length / classCount; row++)
        {
            ReadOnlySpan<T> from = source[Start(row)..];
            Span<T> to = packed.Slice(row * classCount, classCount);
            if (inner == 1) from[..classCount].CopyTo(to);
            else for (int c = 0; c < to.Length; c++) to[c] = from[c * inner];
        }
    }

    /// <summary>Writes the packed rows to their places; what lies between them is left as it is.</summary>
    public void Unpack<T>(ReadOnlySpan<T> packed, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < packed.Length / classCount; row++)
        {
            ReadOnlySpan<T> from = packed.Slice(row * classCount, classCount);
            Span<T> to = destination[Start(row)..];
            if (inner == 1) from.CopyTo(to);
            else for (int c = 0; c < from.Length; c++) to[c * inner] = from[c];
        }
    }

    private int Start(int row) => (row / inner * pitch) + (row % inner);
}
