using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The passes of the Gaussian negative log-likelihood: prediction, target, and variance as third input.</summary>
internal static class GaussianOperators
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<TWrites, TWeighs>(double leastVariance, double constant) : IElementOperator
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
            V value = Value(first, second, third, leastVariance, constant);
            if (typeof(TWeighs) == typeof(Yes)) value = Formulas.Weighted(value, weight);
            sum += value;
            return value;
        }
    }

    /// <summary>Writes the derivatives by mean and by variance, and adds the losses up.</summary>
    public readonly struct Gradients<TWeighs>(double leastVariance, double constant, GradientScale scale) : IElementOperator
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
            get => (typeof(TWeighs) == typeof(Yes) ? 0 : ElementParts.Scaled) | ElementParts.Second | ElementParts.Sum | ElementParts.Third | ElementParts.Result | ElementParts.SecondResult
                | (typeof(TWeighs) == typeof(Yes) ? ElementParts.Weight : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            V value = Value(first, second, third, leastVariance, constant);
            V variance = Variance(third, leastVariance);
            V error = first - second;
            V byMean = error / variance;
            V byVariance = V.Fma(-error, byMean, 1) / (variance + variance);
            sum += typeof(TWeighs) == typeof(Yes) ? Formulas.Weighted(value, weight) : value;
            secondResult = scale.Weigh<V, TWeighs>(byVariance, weight);
            return scale.Weigh<V, TWeighs>(byMean, weight);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Variance<V>(V variance, double least)
        where V : unmanaged, IVector<V> => V.Where(variance < 0, double.NaN, V.Max(V.Parameter(least), variance));

    /// <summary>(ln v + e (e / v)) / 2: the square of e may overflow, or be 0, where e / v is a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Value<V>(V prediction, V target, V variance, double leastVariance, double constant)
        where V : unmanaged, IVector<V>
    {
        variance = Variance(variance, leastVariance);
        V error = prediction - target;
        V squares = error / variance * (error * 0.5);
        squares = V.Where(V.Equal(error, 0), 0, squares);
        V value = V.Fma(0.5, V.Log(variance), squares) + V.Parameter(constant);

        // At variance 0, ln v falls slower than the squares rise.
        return V.Where(V.Equal(squares, double.PositiveInfinity), squares, value);
    }
}
