namespace FastLoss.Kernels;

/// <summary>A matrix read in place: element (i, j) stands at i * RowStride + j * ColumnStride.</summary>
internal readonly ref struct MatrixView<T>
{
    public readonly ReadOnlySpan<T> Elements;
    public readonly int Rows;
    public readonly int Columns;
    public readonly nint RowStride;
    public readonly nint ColumnStride;

    private MatrixView(ReadOnlySpan<T> elements, int rows, int columns, nint rowStride, nint columnStride)
    {
        Elements = elements;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>Rows of <paramref name="columns"/> elements, one after the other.</summary>
    public static MatrixView<T> RowMajor(ReadOnlySpan<T> elements, int columns) =>
        new(elements, elements.Length / columns, columns, columns, 1);

    /// <summary>The transpose of rows of <paramref name="columns"/> elements.</summary>
    public static MatrixView<T> Transposed(ReadOnlySpan<T> elements, int columns) =>
        new(elements, columns, elements.Length / columns, 1, columns);

    /// <summary>One row that is <paramref name="value"/> everywhere: with ones, a product sums the rows of its right side.</summary>
    public static MatrixView<T> Row(in T value, int columns) => new(new ReadOnlySpan<T>(in value), 1, columns, 0, 0);

    /// <summary>The first rows of it.</summary>
    public MatrixView<T> Top(int rows) => new(Elements, rows, Columns, RowStride, ColumnStride);

    /// <summary>The first columns of it.</summary>
    public MatrixView<T> Front(int columns) => new(Elements, Rows, columns, RowStride, ColumnStride);

    /// <summary>Its columns from one to the last.</summary>
    public MatrixView<T> From(int column) => new(Elements[(int)(column * ColumnStride)..], Rows, Columns - column, RowStride, ColumnStride);

    /// <summary>Rows for columns.</summary>
    public MatrixView<T> Turned() => new(Elements, Columns, Rows, ColumnStride, RowStride);
}
