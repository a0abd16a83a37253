namespace FastLoss.Cli.Reporting;

/// <summary>A small table for the terminal and the page: the first column's words to the left, figures to the right.</summary>
/// <param name="Head">What the columns are.</param>
/// <param name="Rows">As many cells each.</param>
internal sealed record TextTable(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Gap = "  ";

    /// <summary>The columns as wide as their widest cell; of more than fit the last ones go below, after the first again.</summary>
    public void Write(TextWriter output, int width)
    {
        int[] widths = [.. Enumerable.Range(0, Head.Count).Select(c => Rows.Select(r => r[c].Length).Append(Head[c].Length).Max())];
        for (int start = 1; start < Math.Max(2, Head.Count);)
        {
            int end = start, used = widths[0];
            while (end < Head.Count && (end == start || used + Gap.Length + widths[end] <= width)) used += Gap.Length + widths[end++];
            if (start > 1) output.WriteLine();
            foreach (IReadOnlyList<string> row in (IEnumerable<IReadOnlyList<string>>)[Head, .. Rows])
            {
                string rest = string.Concat(Enumerable.Range(start, end - start).Select(c => Gap + row[c].PadLeft(widths[c])));
                output.WriteLine((row[0].PadRight(widths[0]) + rest).TrimEnd());
            }

            start = Math.Max(end, start + 1);
        }
    }
}
