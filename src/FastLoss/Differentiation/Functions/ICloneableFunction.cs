namespace FastLoss;

/// <summary>A function that several threads evaluate, each on a clone of its own.</summary>
/// <typeparam name="TSelf">The function's own type.</typeparam>
public interface ICloneableFunction<TSelf>
    where TSelf : ICloneableFunction<TSelf>
{
    /// <summary>
    /// A function with the same values that shares no state a call changes. What is only read, as data, may be shared;
    /// a struct with nothing else returns itself.
    /// </summary>
    TSelf Clone();
}
