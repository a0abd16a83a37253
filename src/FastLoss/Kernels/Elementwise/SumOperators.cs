using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Passes that only sum.</summary>
internal static class SumOperators
{
    /// <summary>(y - t)^2 / 2, multiplied and added in one instruction.</summary>
    public readonly struct HalfSquaredError : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Sum | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V error = first - second;
            sum = V.Fma(error, error * 0.5, sum);
            return default;
        }
    }

    /// <summary>The products of two arrays: their inner product, the same bits on every machine.</summary>
    public readonly struct Products : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Sum | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum = V.Fma(first, second, sum);
            return default;
        }
    }

    /// <summary>-t ln(y + 1e-7), with what the sum y + 1e-7 rounds away.</summary>
    public readonly struct CrossEntropy : IElementOperator
    {
        /// <summary>What is added to a probability before its logarithm is taken.</summary>
        public const double Delta = 1e-7;

        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum = V.Fma(-second, Formulas.LogOfSum<V>(first, Delta), sum);
            return default;
        }
    }

    /// <summary>The elements themselves.</summary>
    public readonly struct Elements : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum += first;
            return default;
        }
    }

    /// <summary>1 for each weight that is not 0.</summary>
    public readonly struct Counted : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum += V.AndNot(V.Equal(first, 0), 1);
            return default;
        }
    }
}
