using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The passes of an element-wise loss: its values, its gradient, or both.</summary>
internal static class LossSteps
{
    /// <summary>Adds the losses up and, with <typeparamref name="TWrites"/>, writes each.</summary>
    public readonly struct Values<T, TLoss, TWrites, TWeighs>(TLoss loss) : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
        where TWrites : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static bool Sums => true;

        public static bool Writes => TWrites.Value;

        public static bool Weighs => TWeighs.Value;

        public static bool IsLight => TLoss.IsLight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
        {
            Vector512<T> value = loss.Value(prediction, target);
            if (typeof(TWeighs) == typeof(Yes)) value = Formula.Weighted(value, weight);
            sum += value;
            return value;
        }
    }

    /// <summary>
    /// Writes derivative * weight * scale and, with <typeparamref name="TSums"/>, adds the losses up. What value and derivative
    /// have in common, such as an exponential, the JIT computes once.
    /// </summary>
    public readonly struct Gradient<T, TLoss, TSums, TWeighs>(TLoss loss, T scale) : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss<T>
        where TSums : struct, IFlag
        where TWeighs : struct, IFlag
    {
        public static bool Sums => TSums.Value;

        public static bool Writes => true;

        public static bool Weighs => TWeighs.Value;

        public static bool IsLight => TLoss.IsLight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
        {
            if (typeof(TSums) == typeof(Yes))
            {
                Vector512<T> value = loss.Value(prediction, target);
                sum += typeof(TWeighs) == typeof(Yes) ? Formula.Weighted(value, weight) : value;
            }

            Vector512<T> derivative = loss.Derivative(prediction, target);
            if (typeof(TWeighs) == typeof(Yes)) derivative = Formula.Weighted(derivative, weight);
            return derivative * Vector512.Create(scale);
        }
    }
}
