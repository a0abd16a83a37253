using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The passes of an element-wise loss of the difference of two scores, with the target as third input.</summary>
internal static class RankingSteps
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<T, TLoss, TWrites, TWeighs>(TLoss loss) : IThreeInputStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
        where TWrites : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static bool Sums => true;

        public static bool Writes => TWrites.Value;

        public static bool WritesSecond => false;

        public static bool ReadsThird => true;

        public static bool Weighs => TWeighs.Value;

        public static bool IsLight => TLoss.IsLight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(
            Vector512<T> prediction, Vector512<T> target, Vector512<T> third, Vector512<T> weight, ref Vector512<T> sum, out Vector512<T> second)
        {
            second = default;
            Vector512<T> value = loss.Value(prediction - target, third);
            if (typeof(TWeighs) == typeof(Yes)) value = Formula.Weighted(value, weight);
            sum += value;
            return value;
        }
    }

    /// <summary>Adds the losses up, and writes the derivatives by the first and by the second score, which are opposite.</summary>
    public readonly struct Gradients<T, TLoss, TWeighs>(TLoss loss, T scale) : IThreeInputStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
        where TWeighs : struct, IFlag
    {
        public static bool Sums => true;

        public static bool Writes => true;

        public static bool WritesSecond => true;

        public static bool ReadsThird => true;

        public static bool Weighs => TWeighs.Value;

        public static bool IsLight => TLoss.IsLight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(
            Vector512<T> prediction, Vector512<T> target, Vector512<T> third, Vector512<T> weight, ref Vector512<T> sum, out Vector512<T> second)
        {
            Vector512<T> difference = prediction - target;
            Vector512<T> value = loss.Value(difference, third), slope = loss.Derivative(difference, third);
            if (typeof(TWeighs) == typeof(Yes))
            {
                value = Formula.Weighted(value, weight);
                slope = Formula.Weighted(slope, weight);
            }

            sum += value;
            slope *= Vector512.Create(scale);
            second = -slope;
            return slope;
        }
    }
}
