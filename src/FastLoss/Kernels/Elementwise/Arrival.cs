namespace FastLoss.Kernels;

/// <summary>What becomes of a pass's results at their destination.</summary>
internal enum Arrival
{
    /// <summary>They replace what stands there.</summary>
    Replaces,

    /// <summary>They are added to what stands there, which is apart from the inputs.</summary>
    IsAdded,

    /// <summary>Nothing: what stands there stays.</summary>
    IsDropped,
}
