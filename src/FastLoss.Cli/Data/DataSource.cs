namespace FastLoss.Cli.Data;

/// <summary>What to load.</summary>
/// <param name="Name">A shipped set's name, a directory, or a directory and the set in it.</param>
internal sealed record DataSource(string Name)
{
    /// <summary>The share of each class held back for the test of data that has no test part; null for a fifth.</summary>
    public double? TestFraction { get; init; }

    /// <summary>For messages.</summary>
    public override string ToString() => Name;
}
