using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The formulas of the activations.</summary>
internal static class ActivationFormulas
{
    public readonly struct Sigmoid : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => V.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V>
        {
            Formulas.Sigmoids(x, out V probability, out V complement);
            return probability * complement;
        }
    }

    public readonly struct LogSigmoid : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => -V.Softplus(-x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V> => V.Sigmoid(-x);
    }

    public readonly struct Softplus : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => V.Softplus(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V> => V.Sigmoid(x);
    }

    public readonly struct Tanh : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => V.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V> => Formulas.TanhDerivative(x);
    }

    public readonly struct Relu : IActivation
    {
        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => V.Max(0, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V> => V.Where(x > 0, 1, V.Max(0, x));
    }

    /// <summary>x s with s the sigmoid of x, derivative s + x s (1 - s).</summary>
    public readonly struct Silu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => Formulas.TimesSigmoid(x, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V>
        {
            Formulas.Sigmoids(x, out V probability, out V complement);
            return probability + Formulas.Weighted(x, probability * complement);
        }
    }

    public readonly struct Gelu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V> => V.Gelu(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V> => V.GeluDerivative(x);
    }

    /// <summary>x s with s the sigmoid of u = 2 sqrt(2 / pi) (x + 0.044715 x^3), derivative s + x u' s (1 - s).</summary>
    public readonly struct GeluTanh : IActivation
    {
        /// <summary>2 sqrt(2 / pi).</summary>
        private const double Rate = 1.5957691216057307117597842397375;
        private const double Cubic = 0.044715;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Value<V>(V x)
            where V : unmanaged, IVector<V>
        {
            V u = x * Rate * V.Fma(x * x, Cubic, 1);
            return Formulas.TimesSigmoid(x, u);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Derivative<V>(V x)
            where V : unmanaged, IVector<V>
        {
            V square = x * x;
            V u = x * Rate * V.Fma(square, Cubic, 1);
            V slope = Rate * V.Fma(square, 3 * Cubic, 1);
            Formulas.Sigmoids(u, out V probability, out V complement);
            return probability + Formulas.Weighted(x * slope, probability * complement);
        }
    }
}
