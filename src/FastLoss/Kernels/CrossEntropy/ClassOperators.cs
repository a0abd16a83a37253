using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What is done with the classes of one long row, all but its largest: see <see cref="ClassFormula"/>.</summary>
internal static class ClassOperators
{
    /// <summary>With gamma, of logits, targets, exponentials and class weights: the sum of the losses, and the slopes.</summary>
    public readonly struct Focal<TFocal>(double max, double logSum, double inverse, double spread, double kept, double gamma) : IElementOperator
        where TFocal : struct, IFocal
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Second | ElementParts.Third | ElementParts.Weight | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V a = ClassFormula.Count(first, second, weight, V.Parameter(spread), V.Parameter(kept));
            V p = V.AndNot(V.Equal(first, double.NegativeInfinity), third * V.Parameter(inverse)); // the exponential was clamped
            sum += ClassFormula.Focal<V, TFocal>((first - V.Parameter(max)) - V.Parameter(logSum), p, 1 - p, a, gamma, out V slope);
            return slope;
        }
    }
}
