namespace FastLoss.Cli.Reporting;

/// <summary>A small table for the terminal and the page: the first column's words to the left, figures to the right.</summary>
/// <param name="Head">What the columns are.</param>
/// <param name="Rows">As many cells each.</param>
internal sealed record TextTable(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Gap = "  ";

    /// <summary>How many of the first columns say what a row is.</summary>
    public int Keys { get; init; } = 1;

    /// <summary>The columns as wide as their widest cell; of more than fit the last ones go below, after those that say what a row is.</summary>
    public void Write(TextWriter output, int width)
    {
        string[][] all = [.. ((IEnumerable<IReadOnlyList<string>>)[Head, .. Rows]).Select(r => r.Select(Columns.Plain).ToArray())];
        int[] widths = [.. Enumerable.Range(0, Head.Count).Select(c => all.Max(r => r[c].Length))];
        int keys = widths.Take(Keys).Sum() + ((Keys - 1) * Gap.Length);
        for (int start = Keys; start < Math.Max(Keys + 1, Head.Count);)
        {
            int end = start, used = keys;
            while (end < Head.Count && (end == start || used + Gap.Length + widths[end] <= width)) used += Gap.Length + widths[end++];
            if (start > Keys) output.WriteLine();
            foreach (string[] row in all)
            {
                string key = string.Join(Gap, row.Take(Keys).Select((cell, c) => cell.PadRight(widths[c])));
                output.WriteLine((key + string.Concat(Enumerable.Range(start, end - start).Select(c => Gap + row[c].PadLeft(widths[c])))).TrimEnd());
            }

            start = Math.Max(end, start + 1);
        }
    }
}
