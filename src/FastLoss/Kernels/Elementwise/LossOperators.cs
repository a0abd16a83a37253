using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The passes of an element-wise loss: its values, its gradient, or both.</summary>
internal static class LossOperators
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<TLoss, TWrites, TWeighs>(TLoss loss) : IElementOperator
        where TLoss : struct, IElementwiseLoss
        where TWrites : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Sum
                | (typeof(TWrites) == typeof(Yes) ? ElementParts.Result : 0)
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0)
                | (TLoss.IsLight ? ElementParts.Light : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V value = loss.Value(first, second);
            if (typeof(TWeighs) == typeof(Yes)) value = Formulas.Weighted(value, weight);
            sum += value;
            return value;
        }
    }

    /// <summary>
    /// Writes derivative * weight * scale and, with <typeparamref name="TSums"/>, adds the losses up. What value and derivative
    /// have in common, such as an exponential, the JIT computes once.
    /// </summary>
    public readonly struct Gradient<TLoss, TSums, TWeighs>(TLoss loss, GradientScale scale) : IElementOperator
        where TLoss : struct, IElementwiseLoss
        where TSums : struct, IFlag
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
            get => (typeof(TWeighs) == typeof(Yes) ? 0 : ElementParts.Scaled) | ElementParts.Second | ElementParts.Result
                | (typeof(TSums) == typeof(Yes) ? ElementParts.Sum : 0)
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0)
                | (TLoss.IsLight ? ElementParts.Light : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            if (typeof(TSums) == typeof(Yes))
            {
                V value = loss.Value(first, second);
                sum += typeof(TWeighs) == typeof(Yes) ? Formulas.Weighted(value, weight) : value;
            }

            return scale.Weigh<V, TWeighs>(loss.Derivative(first, second), weight);
        }
    }

    /// <summary>Adds the losses up, and writes derivative and second derivative, each times weight and scale.</summary>
    public readonly struct Curvature<TLoss, TWeighs>(TLoss loss, GradientScale scale) : IElementOperator
        where TLoss : struct, ICurvedLoss
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
            get => (typeof(TWeighs) == typeof(Yes) ? 0 : ElementParts.Scaled) | ElementParts.Second | ElementParts.Sum | ElementParts.Result | ElementParts.SecondResult
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            V value = loss.Value(first, second);
            V derivative = loss.Derivative(first, second);
            V curvature = loss.SecondDerivative(first, second);
            sum += typeof(TWeighs) == typeof(Yes) ? Formulas.Weighted(value, weight) : value;
            secondResult = scale.Weigh<V, TWeighs>(curvature, weight);
            return scale.Weigh<V, TWeighs>(derivative, weight);
        }
    }
}
