using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The passes of an element-wise loss of the difference of two scores, with the target as third input.</summary>
internal static class RankingOperators
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<TLoss, TWrites, TWeighs>(TLoss loss) : IElementOperator
        where TLoss : struct, IElementwiseLoss
        where TWrites : struct, IFlag
        where TWeighs : struct, IFlag
    {
        private readonly LossOperators.Values<TLoss, TWrites, TWeighs> _ofDifference = new(loss);

        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Sum | ElementParts.Third
                | (typeof(TWrites) == typeof(Yes) ? ElementParts.Result : 0)
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0)
                | (TLoss.IsLight ? ElementParts.Light : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V> =>
            _ofDifference.Apply(first - second, third, default, weight, ref sum, out secondResult);
    }

    /// <summary>Adds the losses up, and writes the derivatives by the first and by the second score, which are opposite.</summary>
    public readonly struct Gradients<TLoss, TWeighs>(TLoss loss, GradientScale scale) : IElementOperator
        where TLoss : struct, IElementwiseLoss
        where TWeighs : struct, IFlag
    {
        private readonly LossOperators.Gradient<TLoss, Yes, TWeighs> _ofDifference = new(loss, scale);

        public GradientScale Scale
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => scale;
        }

        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => (typeof(TWeighs) == typeof(Yes) ? 0 : ElementParts.Scaled) | ElementParts.Second | ElementParts.Sum | ElementParts.Third | ElementParts.Result | ElementParts.SecondResult
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0)
                | (TLoss.IsLight ? ElementParts.Light : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            V slope = _ofDifference.Apply(first - second, third, default, weight, ref sum, out _);
            secondResult = -slope;
            return slope;
        }
    }
}
