using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Which elements of a Jacobian can be other than 0, in compressed rows: the values of a sparse Jacobian stand in its
/// order.
/// </summary>
public sealed class SparsityPattern
{
    private readonly int[] _rowStarts;
    private readonly int[] _columnIndices;
    private readonly int[] _columnStarts;
    private readonly int[] _rowsByColumn;
    private readonly int[] _slotsByColumn;

    /// <summary>The pattern in compressed-row form.</summary>
    /// <param name="columns">The number of columns: the coordinates of x.</param>
    /// <param name="rowStarts">Where each row begins in <paramref name="columnIndices"/>, and their number at the end: rows + 1 elements.</param>
    /// <param name="columnIndices">The columns of each row, strictly increasing within it.</param>
    /// <exception cref="ArgumentException">The row starts fall or do not span the indices, or a row's columns do not
    /// increase.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is not 0 to columns - 1.</exception>
    public SparsityPattern(int columns, ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> columnIndices)
    {
        Guard.AtLeast(columns, 0);
        Guard.AtLeast(rowStarts.Length, 1);
        Validate(columns, rowStarts, columnIndices);
        Columns = columns;
        _rowStarts = rowStarts.ToArray();
        _columnIndices = columnIndices.ToArray();

        _columnStarts = new int[columns + 1];
        _rowsByColumn = new int[columnIndices.Length];
        _slotsByColumn = new int[columnIndices.Length];
        foreach (int column in columnIndices) _columnStarts[column + 1]++;
        for (int column = 0; column < columns; column++) _columnStarts[column + 1] += _columnStarts[column];
        int[] next = _columnStarts.AsSpan(0, columns).ToArray();
        for (int row = 0; row < Rows; row++)
        {
            for (int slot = rowStarts[row]; slot < rowStarts[row + 1]; slot++)
            {
                int place = next[columnIndices[slot]]++;
                _rowsByColumn[place] = row;
                _slotsByColumn[place] = slot;
            }
        }
    }

    /// <summary>The number of rows: the function's outputs.</summary>
    public int Rows => _rowStarts.Length - 1;

    /// <summary>The number of columns: the coordinates of x.</summary>
    public int Columns { get; }

    /// <summary>The number of elements that can be other than 0.</summary>
    public int Count => _columnIndices.Length;

    /// <summary>Where each row begins among the elements, and their number at the end.</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts;

    /// <summary>The column of each element.</summary>
    public ReadOnlySpan<int> ColumnIndices => _columnIndices;

    /// <summary>
    /// A band: row i has the columns i - <paramref name="below"/> to i + <paramref name="above"/>. (1, 1) is
    /// tridiagonal.
    /// </summary>
    public static SparsityPattern Banded(int rows, int columns, int below, int above)
    {
        Guard.AtLeast(rows, 0);
        Guard.AtLeast(columns, 0);
        Guard.AtLeast(below, 0);
        Guard.AtLeast(above, 0);
        var starts = new int[rows + 1];
        var indices = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = Math.Max(0, row - below); column <= Math.Min(columns - 1L, (long)row + above); column++) indices.Add(column);
            starts[row + 1] = indices.Count;
        }

        return new(columns, starts, [.. indices]);
    }

    /// <summary>The elements of a row-major matrix that are not 0.</summary>
    /// <param name="matrix">Whole rows; NaN is not 0.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <exception cref="ArgumentException">The matrix is not whole rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    public static SparsityPattern FromDense<T>(ReadOnlySpan<T> matrix, int columns)
        where T : IEquatable<T>
    {
        int rows = Guard.Rows(matrix, columns);
        var starts = new int[rows + 1];
        var indices = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!matrix[row * columns + column].Equals(default)) indices.Add(column);
            }

            starts[row + 1] = indices.Count;
        }

        return new(columns, starts, [.. indices]);
    }

    /// <summary>The rows of the column's elements, increasing.</summary>
    internal ReadOnlySpan<int> RowsOf(int column) =>
        _rowsByColumn.AsSpan(_columnStarts[column], _columnStarts[column + 1] - _columnStarts[column]);

    /// <summary>Where the column's elements stand among the values.</summary>
    internal ReadOnlySpan<int> SlotsOf(int column) =>
        _slotsByColumn.AsSpan(_columnStarts[column], _columnStarts[column + 1] - _columnStarts[column]);

    /// <summary>The columns of the row's elements, increasing.</summary>
    internal ReadOnlySpan<int> ColumnsOf(int row) => _columnIndices.AsSpan(_rowStarts[row], _rowStarts[row + 1] - _rowStarts[row]);

    private static void Validate(int columns, ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> columnIndices)
    {
        if (rowStarts[0] != 0 || rowStarts[^1] != columnIndices.Length)
            throw new ArgumentException($"rowStarts runs from {rowStarts[0]} to {rowStarts[^1]}; with {columnIndices.Length} elements it must run from 0 to {columnIndices.Length}.", nameof(rowStarts));
        for (int row = 0; row + 1 < rowStarts.Length; row++)
        {
            if (rowStarts[row + 1] < rowStarts[row])
                throw new ArgumentException($"rowStarts[{row + 1}] is {rowStarts[row + 1]}, below rowStarts[{row}], {rowStarts[row]}.", nameof(rowStarts));
        }

        for (int row = 0; row + 1 < rowStarts.Length; row++)
        {
            int last = -1;
            for (int slot = rowStarts[row]; slot < rowStarts[row + 1]; slot++)
            {
                int column = columnIndices[slot];
                if ((uint)column >= (uint)columns) Throw.IndexOutOfRange($"columnIndices[{slot}]", column, columns);
                if (column <= last)
                    throw new ArgumentException($"columnIndices[{slot}] is {column} after {last}; within row {row} columns must increase.", nameof(columnIndices));
                last = column;
            }
        }
    }
}
