using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The Euclidean norm of a span, without overflow or underflow on the way.</summary>
internal static class EuclideanNorm
{
    public static double Of<T>(ReadOnlySpan<T> x, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Squares of ordinary numbers need one pass: up to 2^31 that underflow by half the smallest number are nothing beside a sum from
        // 2^-80 (2^-900) on, and a square that overflows makes the sum infinite.
        ElementSpans<T> spans = new() { First = x, Threads = threads };
        double sum = ElementPass.Sum(spans, new Squares<No>(0));
        double least = Math.ScaleB(1, typeof(T) == typeof(float) ? -80 : -900);
        if (sum >= least && double.IsFinite(sum)) return Math.Sqrt(sum);

        double largest = x.IsEmpty ? 0 : double.CreateTruncating(T.Abs(TensorPrimitives.MaxMagnitude(x)));
        if (largest == 0 || !double.IsFinite(largest)) return largest;
        int exponent = Math.ILogB(largest);
        return Math.ScaleB(Math.Sqrt(ElementPass.Sum(spans, new Squares<Yes>(-exponent))), exponent);
    }

    /// <summary>x times a scale from 0 to 1 or NaN; in two factors where it alone is no normal float but its product with a large x is.</summary>
    public static void Scale<T>(Span<T> x, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const double Half = 1.0 / (1UL << 63);
        bool isTiny = scale < 1e-37;
        TensorPrimitives.Multiply(x, T.CreateTruncating(isTiny ? scale / Half : scale), x);
        if (isTiny) TensorPrimitives.Multiply(x, T.CreateTruncating(Half), x);
    }

    /// <summary>The sum of (x 2^power)^2; the power in two factors, each of which is a number.</summary>
    private readonly struct Squares<TScaled>(int power) : IElementOperator
        where TScaled : struct, IFlag
    {
        private readonly double _half = Math.ScaleB(1, power / 2), _rest = Math.ScaleB(1, power - (power / 2));

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
            V x = typeof(TScaled) == typeof(Yes) ? first * V.Parameter(_half) * V.Parameter(_rest) : first;
            sum = V.Fma(x, x, sum);
            return default;
        }
    }
}
