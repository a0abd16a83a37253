namespace FastLoss.Bench.Analysis.Readme;

/// <summary>A part of a Markdown file that a command writes, between two comments that no reader sees.</summary>
public static class MarkedSection
{
    public const string Begin = "<!-- speed-table:begin (written by `bench readme`; edits are overwritten) -->";

    public const string End = "<!-- speed-table:end -->";

    /// <summary>The file's text with the section replaced; null when a marker is missing or they are out of order.</summary>
    public static string? Replace(string text, string content)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) return null;
        return $"{text.AsSpan(0, begin + Begin.Length)}\n\n{content.Trim()}\n\n{text.AsSpan(end)}";
    }
}
