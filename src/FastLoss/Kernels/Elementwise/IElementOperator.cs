namespace FastLoss.Kernels;

/// <summary>
/// What one pass over elements does to a register of each: up to three inputs and a weight, a sum, up to two results. The flags
/// say which of them it has; the loop is compiled without the others.
/// </summary>
internal interface IElementOperator
{
    /// <summary>The pass adds to the sum.</summary>
    static virtual bool Sums => false;

    /// <summary>The pass reads a second input.</summary>
    static virtual bool ReadsSecond => true;

    /// <summary>The pass reads a third input, such as a variance.</summary>
    static virtual bool ReadsThird => false;

    /// <summary>The pass reads a weight for each element.</summary>
    static virtual bool Weighs => false;

    /// <summary>The pass writes the result.</summary>
    static virtual bool Writes => false;

    /// <summary>The pass writes a second result.</summary>
    static virtual bool WritesSecond => false;

    /// <summary>A few instructions, so that the loop's own count: then the accumulators stay in registers.</summary>
    static virtual bool IsLight => false;

    /// <summary>Adds to <paramref name="sum"/> what the elements contribute; returns the result, where there is one.</summary>
    V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
        where V : unmanaged, IVector<V>;
}
