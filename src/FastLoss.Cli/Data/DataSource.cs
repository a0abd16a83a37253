namespace FastLoss.Cli.Data;

/// <summary>What to load.</summary>
/// <param name="Name">A shipped set's name, a directory, a directory and the set in it, or a CSV file.</param>
internal sealed record DataSource(string Name)
{
    /// <summary>The share of each class held back for the test of data that has no test part; null for a fifth.</summary>
    public double? TestFraction { get; init; }

    /// <summary>Where a CSV file has its labels, by name or number from 1; null for the last column.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>How a CSV file's features are scaled; null for what suits them.</summary>
    public ScalingKind? Scaling { get; init; }

    /// <summary>Whether all of data that has no test part is the test.</summary>
    public bool IsAllTest { get; init; }

    /// <summary>What a saved network knows of the table it was trained on; null where none is tested.</summary>
    public FittedTable? Fitted { get; init; }

    /// <summary>For messages.</summary>
    public override string ToString() => Name;
}
