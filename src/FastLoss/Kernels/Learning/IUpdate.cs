namespace FastLoss.Kernels;

/// <summary>
/// What one step of an optimizer does to a register of parameters: their new values, and those of up to three slots. The loop is compiled
/// without the slots it has not.
/// </summary>
internal interface IUpdate
{
    static abstract int SlotCount { get; }

    V Apply<V>(V parameter, V gradient, ref V first, ref V second, ref V third)
        where V : unmanaged, IVector<V>;
}
