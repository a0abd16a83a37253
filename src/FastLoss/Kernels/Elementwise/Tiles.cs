namespace FastLoss.Kernels;

/// <summary>Elements that belong to columns, again and again for the rows of a chunk.</summary>
internal static class Tiles
{
    /// <summary>How many elements a chunk needs that begins at any column.</summary>
    public static int Length(int columns, int length) => checked(columns + Math.Min(length, ElementLoop.ChunkLength));

    /// <summary>Fills the tiles with the columns' elements.</summary>
    public static void Fill<T>(ReadOnlySpan<T> columns, Span<T> tiles)
    {
        columns.CopyTo(tiles);
        for (int filled = columns.Length; filled < tiles.Length;)
        {
            int count = Math.Min(filled, tiles.Length - filled);
            tiles[..count].CopyTo(tiles[filled..]);
            filled += count;
        }
    }
}
