using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The passes of the Gaussian negative log-likelihood: prediction, target, and variance as third input.</summary>
internal static class GaussianSteps
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<T, TWrites, TWeighs>(T leastVariance, T constant) : IThreeInputStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWrites : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static bool Sums => true;

        public static bool Writes => TWrites.Value;

        public static bool WritesSecond => false;

        public static bool ReadsThird => true;

        public static bool Weighs => TWeighs.Value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(
            Vector512<T> prediction, Vector512<T> target, Vector512<T> third, Vector512<T> weight, ref Vector512<T> sum, out Vector512<T> second)
        {
            second = default;
            Vector512<T> value = Value(prediction, target, third, leastVariance, constant);
            if (typeof(TWeighs) == typeof(Yes)) value = Formula.Weighted(value, weight);
            sum += value;
            return value;
        }
    }

    /// <summary>Writes the derivatives by mean and by variance and, with <typeparamref name="TSums"/>, adds the losses up.</summary>
    public readonly struct Gradients<T, TSums, TWeighs>(T leastVariance, T constant, T scale) : IThreeInputStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static bool Sums => TSums.Value;

        public static bool Writes => true;

        public static bool WritesSecond => true;

        public static bool ReadsThird => true;

        public static bool Weighs => TWeighs.Value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(
            Vector512<T> prediction, Vector512<T> target, Vector512<T> third, Vector512<T> weight, ref Vector512<T> sum, out Vector512<T> second)
        {
            if (typeof(TSums) == typeof(Yes))
            {
                Vector512<T> value = Value(prediction, target, third, leastVariance, constant);
                sum += typeof(TWeighs) == typeof(Yes) ? Formula.Weighted(value, weight) : value;
            }

            Vector512<T> variance = Variance(third, leastVariance);
            Vector512<T> error = prediction - target;
            Vector512<T> byMean = error / variance;
            Vector512<T> byVariance = Lanes.Fma(-error, byMean, Vector512<T>.One) / (variance + variance);
            if (typeof(TWeighs) == typeof(Yes))
            {
                byMean = Formula.Weighted(byMean, weight);
                byVariance = Formula.Weighted(byVariance, weight);
            }

            second = byVariance * Vector512.Create(scale);
            return byMean * Vector512.Create(scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Variance<T>(Vector512<T> variance, T least)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.Select(
            Vector512.LessThan(variance, Vector512<T>.Zero),
            Vector512.Create(T.NaN),
            Lanes.AtLeast(Vector512.Create(least), variance));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Value<T>(Vector512<T> prediction, Vector512<T> target, Vector512<T> variance, T leastVariance, T constant)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        variance = Variance(variance, leastVariance);
        Vector512<T> error = prediction - target;
        Vector512<T> half = VectorMath.Of<T>(0.5);
        Vector512<T> squares = error * (error * half) / variance;
        squares = Lanes.Select(Vector512.Equals(error, Vector512<T>.Zero), Vector512<T>.Zero, squares);
        Vector512<T> value = Lanes.Fma(half, VectorMath.Log(variance), squares) + Vector512.Create(constant);

        // At variance 0, ln v falls slower than the squares rise.
        return Lanes.Select(Vector512.Equals(squares, Vector512.Create(T.PositiveInfinity)), squares, value);
    }
}
