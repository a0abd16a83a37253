namespace FastLoss.Kernels;

/// <summary>
/// What one pass over elements does to a register of each: up to three inputs and a weight, a sum, up to two results. The loop is compiled
/// without the parts it has not. The property is marked to be inlined, as everything in a formula is: when the method's budget for it is
/// spent, only what is marked still is.
/// </summary>
internal interface IElementOperator
{
    static abstract ElementParts Parts { get; }

    /// <summary>Of an operator with <see cref="ElementParts.Scaled"/>. The loop makes registers of it once; of what an operator makes them itself it does at every step.</summary>
    GradientScale Scale => default;

    /// <summary>Adds to <paramref name="sum"/> what the elements contribute; returns the result, where there is one.</summary>
    V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
        where V : unmanaged, IVector<V>;
}
