namespace FastLoss;

/// <summary>
/// Groups of columns that share no row: moved together, each output still tells whose change it shows, so a sparse
/// Jacobian takes as many differences as there are groups (Curtis, Powell and Reid, On the estimation of sparse
/// Jacobian matrices, 1974).
/// </summary>
public sealed class JacobianColoring
{
    private readonly int[] _columns;
    private readonly int[] _groupStarts;

    private JacobianColoring(SparsityPattern pattern, int[] columns, int[] groupStarts)
    {
        Pattern = pattern;
        _columns = columns;
        _groupStarts = groupStarts;
    }

    /// <summary>The pattern that was coloured.</summary>
    public SparsityPattern Pattern { get; }

    /// <summary>The number of groups.</summary>
    public int GroupCount => _groupStarts.Length - 1;

    /// <summary>The columns of a group, increasing.</summary>
    public ReadOnlySpan<int> Columns(int group) => _columns.AsSpan(_groupStarts[group], _groupStarts[group + 1] - _groupStarts[group]);

    /// <summary>
    /// The greedy colouring: columns by falling number of elements, as they stand among equals, each into the first
    /// group that none of its rows is in. A band gets as many groups as it is wide, which is the fewest.
    /// </summary>
    public static JacobianColoring Greedy(SparsityPattern pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        int[] colors = new int[pattern.Columns], order = new int[pattern.Columns];
        for (int column = 0; column < order.Length; column++) order[column] = column;
        // A stable sort: equal counts keep the order of the columns.
        Array.Sort(order, (a, b) => pattern.RowsOf(a).Length != pattern.RowsOf(b).Length
            ? pattern.RowsOf(b).Length.CompareTo(pattern.RowsOf(a).Length)
            : a.CompareTo(b));

        Array.Fill(colors, -1);
        var taken = new int[pattern.Columns + 1];   // taken[c] = the last column, plus 1, that found colour c in one of its rows
        int groups = 0;
        foreach (int column in order)
        {
            foreach (int row in pattern.RowsOf(column))
            {
                foreach (int neighbour in pattern.ColumnsOf(row))
                {
                    if (colors[neighbour] >= 0) taken[colors[neighbour]] = column + 1;
                }
            }

            int color = 0;
            while (taken[color] == column + 1) color++;
            colors[column] = color;
            groups = Math.Max(groups, color + 1);
        }

        var starts = new int[groups + 1];
        foreach (int color in colors) starts[color + 1]++;
        for (int group = 0; group < groups; group++) starts[group + 1] += starts[group];
        int[] next = [.. starts], grouped = new int[colors.Length];
        for (int column = 0; column < colors.Length; column++) grouped[next[colors[column]]++] = column;
        return new(pattern, grouped, starts);
    }
}
