namespace FastLoss.Kernels;

/// <summary>The spans of an element-wise call; empty where its operator has none.</summary>
internal ref struct ElementSpans<T>
    where T : unmanaged
{
    public ReadOnlySpan<T> First, Second, Third, Weights;

    /// <summary>
    /// 0, or after how many elements <see cref="Third"/> begins anew: it is then that many elements again and again, for a chunk that begins at
    /// any of them.
    /// </summary>
    public int ThirdPeriod;

    /// <summary>False for elements that do not count, which then weigh 0.</summary>
    public ReadOnlySpan<bool> Mask;

    public Span<T> Results, SecondResults;

    /// <summary>What becomes of the results.</summary>
    public Arrival Arrival;

    /// <summary>How many threads may help.</summary>
    public int Threads;

    public readonly int Length => First.Length;

    public readonly bool AreWeighed => !Weights.IsEmpty || !Mask.IsEmpty;
}
