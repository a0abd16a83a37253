using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Row-major to column-major, in squares small enough to stay in the first-level cache.</summary>
internal static class Transpose
{
    private const int Square = 32;

    /// <summary>destination[c * destinationStride + r] = source[r * columns + c]; the gap after each column is left as it is.</summary>
    public static void Run<T>(ReadOnlySpan<T> source, int columns, Span<T> destination, int destinationStride)
    {
        int rows = source.Length / columns;
        foreach ((int r0, int height) in new Blocks(rows, Square))
        {
            foreach ((int c0, int width) in new Blocks(columns, Square))
            {
                for (int c = c0; c < c0 + width; c++)
                {
                    Span<T> column = destination.Slice(c * destinationStride, r0 + height);
                    for (int r = r0; r < r0 + height; r++) column[r] = source[(r * columns) + c];
                }
            }
        }
    }

    /// <summary>destination += the transpose of source, of squares of as many rows.</summary>
    public static void Add<T>(ReadOnlySpan<T> source, int rows, Span<T> destination)
        where T : unmanaged, IAdditionOperators<T, T, T>
    {
        foreach ((int r0, int height) in new Blocks(rows, Square))
        {
            foreach ((int c0, int width) in new Blocks(rows, Square))
            {
                for (int c = c0; c < c0 + width; c++)
                {
                    Span<T> row = destination.Slice((c * rows) + r0, height);
                    for (int r = 0; r < row.Length; r++) row[r] += source[((r0 + r) * rows) + c];
                }
            }
        }
    }
}
