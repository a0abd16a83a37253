namespace FastLoss;

/// <summary>Which rows of a call a metric counts, and how many times each: the one options type of metrics. The default counts each row once.</summary>
/// <remarks>
/// A row that is masked, ignored or of weight 0 counts nowhere, whatever it holds: NaN scores, and a label that is no class. A call with options gives
/// the bits of a call with the rows that count, each as many times as it weighs.
/// </remarks>
public readonly ref struct MetricOptions
{
    /// <summary>
    /// How many times each row counts, 0 or more, all together below 2^62; once where empty. Whole numbers, so that any split of the data gives
    /// exactly the same counts: weights that are not whole are multiplied up first, and no share or mean changes with their unit.
    /// </summary>
    public ReadOnlySpan<long> Weights { get; init; }

    /// <summary>True for each row that counts; all do where empty.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    /// <summary>
    /// Rows with this label do not count; it need not be a class. Labels are compared as the integers they are: of a type that cannot hold it,
    /// none is left out.
    /// </summary>
    public Int128? IgnoreLabel { get; init; }
}
