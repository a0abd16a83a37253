namespace FastLoss.Kernels;

/// <summary>Row-major to column-major, in squares small enough to stay in the first-level cache.</summary>
internal static class Transpose
{
    private const int Square = 32;

    /// <summary>destination[c * destinationStride + r] = source[r * columns + c]; the gap after each column is left as it is.</summary>
    public static void Run<T>(ReadOnlySpan<T> source, int columns, Span<T> destination, int destinationStride)
    {
        int rows = source.Length / columns;
        for (int r0 = 0; r0 < rows; r0 += Square)
        {
            int rEnd = Math.Min(rows, r0 + Square);
            for (int c0 = 0; c0 < columns; c0 += Square)
            {
                int cEnd = Math.Min(columns, c0 + Square);
                for (int c = c0; c < cEnd; c++)
                {
                    Span<T> column = destination.Slice(c * destinationStride, rEnd);
                    for (int r = r0; r < rEnd; r++) column[r] = source[(r * columns) + c];
                }
            }
        }
    }
}
