using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The element-wise activations and their derivatives.</summary>
internal static class ActivationSteps
{
    /// <summary>The output's gradient times the derivative at x.</summary>
    public readonly struct Chain<T, TSlope>(TSlope slope) : IElementwiseStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSlope : struct, IMapStep<T>
    {
        public static bool Sums => false;

        public static bool Writes => true;

        public static bool Weighs => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
            target * slope.Of(prediction);
    }

    public readonly struct SigmoidSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x)
        {
            Formula.Sigmoids(x, out Vector512<T> probability, out Vector512<T> complement);
            return probability * complement;
        }
    }

    public readonly struct LogSigmoid<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => -VectorMath.Softplus(-x);
    }

    public readonly struct LogSigmoidSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => VectorMath.Sigmoid(-x);
    }

    public readonly struct Softplus<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => VectorMath.Softplus(x);
    }

    public readonly struct Tanh<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => VectorMath.Tanh(x);
    }

    public readonly struct TanhSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => VectorMath.TanhDerivative(x);
    }

    public readonly struct Relu<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => Formula.PositivePart(x);
    }

    public readonly struct ReluSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) =>
            Lanes.Select(Vector512.GreaterThan(x, Vector512<T>.Zero), Vector512<T>.One, Formula.PositivePart(x));
    }

    public readonly struct Silu<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>x sigmoid(x), 0 at -infinity, where the product is NaN.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => Formula.Weighted(x, VectorMath.Sigmoid(x));
    }

    public readonly struct SiluSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>s + x s (1 - s).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x)
        {
            Formula.Sigmoids(x, out Vector512<T> probability, out Vector512<T> complement);
            return probability + Formula.Weighted(x, probability * complement);
        }
    }

    public readonly struct Gelu<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => VectorMath.Gelu(x);
    }

    public readonly struct GeluSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => VectorMath.GeluDerivative(x);
    }

    /// <summary>x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)), which is x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    public readonly struct GeluTanh<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>2 sqrt(2 / pi).</summary>
        public const double Rate = 1.5957691216057307117597842397375;
        public const double Cubic = 0.044715;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x)
        {
            Vector512<T> u = x * VectorMath.Of<T>(Rate) * Lanes.Fma(x * x, VectorMath.Of<T>(Cubic), Vector512<T>.One);
            return Formula.Weighted(x, VectorMath.Sigmoid(u));
        }
    }

    public readonly struct GeluTanhSlope<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>s + x u' s (1 - s), s the sigmoid of u.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x)
        {
            Vector512<T> square = x * x;
            Vector512<T> rate = VectorMath.Of<T>(GeluTanh<T>.Rate);
            Vector512<T> u = x * rate * Lanes.Fma(square, VectorMath.Of<T>(GeluTanh<T>.Cubic), Vector512<T>.One);
            Vector512<T> slope = rate * Lanes.Fma(square, VectorMath.Of<T>(3 * GeluTanh<T>.Cubic), Vector512<T>.One);
            Formula.Sigmoids(u, out Vector512<T> probability, out Vector512<T> complement);
            return probability + Formula.Weighted(x * slope, probability * complement);
        }
    }
}
