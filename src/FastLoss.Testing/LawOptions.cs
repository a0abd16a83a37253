namespace FastLoss.Testing;

/// <summary>How many inputs a law is tried with, from which seed they are drawn, and which laws are left out.</summary>
public sealed record LawOptions
{
    /// <summary>Inputs for each law, 1 or more.</summary>
    public int Cases { get; init; } = 50;

    /// <summary>What a report says, to draw the same inputs again; null for other inputs each time.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Laws not to be tried.</summary>
    public IReadOnlyCollection<Law> Without { get; init; } = [];
}
