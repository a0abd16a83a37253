using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// The ways a point is moved to make the columns of a Jacobian, and where each column's outputs go. Columns of one
/// group share no output, so one evaluation moves them all. A single column that is a direction makes a Jacobian-vector
/// product.
/// </summary>
internal interface IDisplacements<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    int Groups { get; }

    int ColumnCount(int group);

    int Column(int group, int member);

    /// <summary>The line along which <paramref name="column"/> moves the point.</summary>
    LinePoint<T> Point(int column, in DifferentiationOptions<T> options);

    void Move(Span<T> x, int column, T position);

    void Restore(Span<T> x, int column);

    int EntryCount(int column);

    /// <summary>
    /// The output that entry <paramref name="entry"/> of the column is the derivative of, and its place in the result.
    /// </summary>
    (int Row, int Slot) Entry(int column, int entry);
}

/// <summary>Each coordinate alone, every output: a dense row-major Jacobian.</summary>
internal readonly ref struct DenseColumns<T>(ReadOnlySpan<T> origin, int rows) : IDisplacements<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _origin = origin;
    private readonly int _rows = rows;

    public int Groups => _origin.Length;

    public int ColumnCount(int group) => 1;

    public int Column(int group, int member) => group;

    public LinePoint<T> Point(int column, in DifferentiationOptions<T> options) => options.PointAt(column, _origin[column]);

    public void Move(Span<T> x, int column, T position) => x[column] = position;

    public void Restore(Span<T> x, int column) => x[column] = _origin[column];

    public int EntryCount(int column) => _rows;

    public (int Row, int Slot) Entry(int column, int entry) => (entry, entry * _origin.Length + column);
}

/// <summary>The groups of a colouring, and the outputs the sparsity pattern names.</summary>
internal readonly ref struct ColoredColumns<T>(ReadOnlySpan<T> origin, JacobianColoring coloring) : IDisplacements<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _origin = origin;

    public int Groups => coloring.GroupCount;

    public int ColumnCount(int group) => coloring.Columns(group).Length;

    public int Column(int group, int member) => coloring.Columns(group)[member];

    public LinePoint<T> Point(int column, in DifferentiationOptions<T> options) => options.PointAt(column, _origin[column]);

    public void Move(Span<T> x, int column, T position) => x[column] = position;

    public void Restore(Span<T> x, int column) => x[column] = _origin[column];

    public int EntryCount(int column) => coloring.Pattern.RowsOf(column).Length;

    public (int Row, int Slot) Entry(int column, int entry) =>
        (coloring.Pattern.RowsOf(column)[entry], coloring.Pattern.SlotsOf(column)[entry]);
}

/// <summary>One direction, every output.</summary>
internal readonly ref struct OneDirection<T>(ReadOnlySpan<T> origin, ReadOnlySpan<T> direction, int rows) : IDisplacements<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _origin = origin;
    private readonly ReadOnlySpan<T> _direction = direction;
    private readonly int _rows = rows;

    public int Groups => 1;

    public int ColumnCount(int group) => 1;

    public int Column(int group, int member) => 0;

    public LinePoint<T> Point(int column, in DifferentiationOptions<T> options) => options.PointAlong(_origin, _direction);

    public void Move(Span<T> x, int column, T position) =>
        MultiplyAdd.Compute(_direction, position, _origin, x);

    public void Restore(Span<T> x, int column) => _origin.CopyTo(x);

    public int EntryCount(int column) => _rows;

    public (int Row, int Slot) Entry(int column, int entry) => (entry, entry);
}
