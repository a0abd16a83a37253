namespace FastLoss.Kernels;

/// <summary>Where an element-wise pass reads and writes; null where its operator does not.</summary>
internal unsafe struct ElementArrays<T>
    where T : unmanaged
{
    public T* First, Second, Third, Weights;
    public T* Results, SecondResults;

    /// <summary>The arrays from element i on.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public readonly ElementArrays<T> From(nint i) => new()
    {
        First = First + i,
        Second = Second + i,
        Third = Third + i,
        Weights = Weights + i,
        Results = Results + i,
        SecondResults = SecondResults + i,
    };
}
