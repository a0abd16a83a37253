namespace FastLoss.Bench.Readme;

/// <summary>A part of a Markdown file that a command writes, between two comments that no reader sees.</summary>
public sealed record MarkedSection(string Name)
{
    public static MarkedSection Summary { get; } = new("speed-summary");

    public static MarkedSection Speed { get; } = new("speed-table");

    public static MarkedSection Losses { get; } = new("loss-table");

    public string Begin => $"<!-- {Name}:begin (written by `bench readme`; edits are overwritten) -->";

    public string End => $"<!-- {Name}:end -->";

    /// <summary>The file's text with the section replaced; null when a marker is missing or they are out of order.</summary>
    public string? Replace(string text, string content)
    {
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) return null;
        string inner = content.Trim() is { Length: > 0 } some ? $"\n{some}\n\n" : "";
        return $"{text.AsSpan(0, begin + Begin.Length)}\n{inner}{text.AsSpan(end)}";
    }
}
