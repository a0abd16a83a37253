using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The passes of cross-entropy from logits with the weight of a positive as third input.</summary>
internal static class MultiLabelOperators
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<TWrites, TWeighs>(double smoothing) : IElementOperator
        where TWrites : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Sum | ElementParts.Third
                | (typeof(TWrites) == typeof(Yes) ? ElementParts.Result : 0)
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V value = Formulas.LogisticLoss(first, Formulas.Smooth(second, smoothing) * third, Formulas.Smooth(1 - second, smoothing));
            if (typeof(TWeighs) == typeof(Yes)) value = Formulas.Weighted(value, weight);
            sum += value;
            return value;
        }
    }

    /// <summary>Writes the derivatives, and adds the losses up.</summary>
    public readonly struct Gradient<TWeighs>(double smoothing, GradientScale scale) : IElementOperator
        where TWeighs : struct, IFlag
    {
        public GradientScale Scale
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => scale;
        }

        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => (typeof(TWeighs) == typeof(Yes) ? 0 : ElementParts.Scaled) | ElementParts.Second | ElementParts.Sum | ElementParts.Third | ElementParts.Result
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V positive = Formulas.Smooth(second, smoothing) * third, negative = Formulas.Smooth(1 - second, smoothing);
            V value = Formulas.LogisticLoss(first, positive, negative);
            sum += typeof(TWeighs) == typeof(Yes) ? Formulas.Weighted(value, weight) : value;
            return scale.Weigh<V, TWeighs>(Formulas.LogisticSlope(first, positive, negative), weight);
        }
    }
}
