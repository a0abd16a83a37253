using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Passes that are faster than a loss's value added to a sum.</summary>
internal static class Steps
{
    /// <summary>(y - t)^2, multiplied and added in one instruction.</summary>
    public readonly struct SquaredError<T> : IElementwiseStep<T>
        where T : unmanaged
    {
        public static bool Sums => true;

        public static bool Writes => false;

        public static bool Weighs => false;

        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
        {
            Vector512<T> error = prediction - target;
            sum = Lanes.Fma(error, error, sum);
            return default;
        }
    }

    /// <summary>-t ln(y + 1e-7).</summary>
    public readonly struct CrossEntropy<T> : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>What is added to a probability before its logarithm is taken.</summary>
        public const double Delta = 1e-7;

        public static bool Sums => true;

        public static bool Writes => false;

        public static bool Weighs => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
        {
            sum = Lanes.Fma(-target, VectorMath.Log(prediction + VectorMath.Of<T>(Delta)), sum);
            return default;
        }
    }
}
