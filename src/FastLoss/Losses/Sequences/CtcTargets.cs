namespace FastLoss;

/// <summary>The targets of a batch of sequences, and how many steps each sequence has.</summary>
/// <param name="labels">The labels of all targets, one target after the other; none is the blank.</param>
/// <param name="lengths">How many labels each target has, 0 or more; as many as there are sequences.</param>
/// <param name="steps">How many steps of each sequence count, from 0 to all; empty: all.</param>
public readonly ref struct CtcTargets(ReadOnlySpan<int> labels, ReadOnlySpan<int> lengths, ReadOnlySpan<int> steps = default)
{
    /// <summary>The labels of all targets, one target after the other.</summary>
    public ReadOnlySpan<int> Labels { get; } = labels;

    /// <summary>How many labels each target has.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>How many steps of each sequence count; empty: all.</summary>
    public ReadOnlySpan<int> Steps { get; } = steps;
}
