using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What the optimizers do to each parameter p and gradient g in a step of rate r.</summary>
internal static class Updates
{
    /// <summary>The gradient with that of decay p^2 / 2; without a decay exactly the gradient, also where p is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Decayed<V, TDecays>(V parameter, V gradient, double decay)
        where V : unmanaged, IVector<V>
        where TDecays : struct, IFlag =>
        typeof(TDecays) == typeof(Yes) ? V.Fma(parameter, V.Parameter(decay), gradient) : gradient;

    /// <summary>p - r g.</summary>
    public readonly struct Descent<TDecays>(double rate, double decay) : IUpdate
        where TDecays : struct, IFlag
    {
        public static int SlotCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 0;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V parameter, V gradient, ref V first, ref V second, ref V third)
            where V : unmanaged, IVector<V> =>
            V.Fma(Decayed<V, TDecays>(parameter, gradient, decay), V.Parameter(-rate), parameter);
    }

    /// <summary>b = momentum b + share g, then p - r b, or with Nesterov p - r (g + momentum b).</summary>
    public readonly struct Momentum<TDecays, TNesterov>(double rate, double decay, double momentum, double share) : IUpdate
        where TDecays : struct, IFlag
        where TNesterov : struct, IFlag
    {
        public static int SlotCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 1;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V parameter, V gradient, ref V first, ref V second, ref V third)
            where V : unmanaged, IVector<V>
        {
            V g = Decayed<V, TDecays>(parameter, gradient, decay);
            first = V.Fma(first, V.Parameter(momentum), g * V.Parameter(share));
            V direction = typeof(TNesterov) == typeof(Yes) ? V.Fma(first, V.Parameter(momentum), g) : first;
            return V.Fma(direction, V.Parameter(-rate), parameter);
        }
    }

    /// <summary>s = s + g^2, then p - r g / (sqrt(s) + epsilon).</summary>
    public readonly struct Accumulated<TDecays>(double rate, double decay, double epsilon) : IUpdate
        where TDecays : struct, IFlag
    {
        public static int SlotCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 1;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V parameter, V gradient, ref V first, ref V second, ref V third)
            where V : unmanaged, IVector<V>
        {
            V g = Decayed<V, TDecays>(parameter, gradient, decay);
            first = V.Fma(g, g, first);
            return parameter - (g * V.Parameter(rate) / (V.Sqrt(first) + V.Parameter(epsilon)));
        }
    }

    /// <summary>
    /// s = a s + (1 - a) g^2, and centered m = a m + (1 - a) g; d = g / (sqrt(s - m^2) + epsilon), m = 0 where it is not centered; then
    /// p - r d, or with momentum b = momentum b + d, p - r b. The slots are s, m, b, of those that there are.
    /// </summary>
    public readonly struct MeanSquare<TDecays, TCentered, TMomentum>(
        double rate, double decay, double smoothing, double epsilon, double momentum) : IUpdate
        where TDecays : struct, IFlag
        where TCentered : struct, IFlag
        where TMomentum : struct, IFlag
    {
        public static int SlotCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 1 + (typeof(TCentered) == typeof(Yes) ? 1 : 0) + (typeof(TMomentum) == typeof(Yes) ? 1 : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V parameter, V gradient, ref V first, ref V second, ref V third)
            where V : unmanaged, IVector<V>
        {
            V g = Decayed<V, TDecays>(parameter, gradient, decay), kept = V.Parameter(smoothing), share = g * V.Parameter(1 - smoothing);
            first = V.Fma(first, kept, share * g);
            V square = first;
            if (typeof(TCentered) == typeof(Yes))
            {
                // Rounding may bring the variance of equal gradients below 0; NaN stays.
                second = V.Fma(second, kept, share);
                square = V.Max(0, V.Fma(-second, second, square));
            }

            V direction = g / (V.Sqrt(square) + V.Parameter(epsilon));
            if (typeof(TMomentum) == typeof(Yes))
            {
                ref V buffer = ref typeof(TCentered) == typeof(Yes) ? ref third : ref second;
                direction = buffer = V.Fma(buffer, V.Parameter(momentum), direction);
            }

            return V.Fma(direction, V.Parameter(-rate), parameter);
        }
    }

    /// <summary>
    /// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, and with AMSGrad u = max(u, v), else u = v; then
    /// shrink p - r m / (root sqrt(u) + epsilon).
    /// </summary>
    public readonly struct Moments<TDecays, TAmsGrad>(in MomentNumbers numbers) : IUpdate
        where TDecays : struct, IFlag
        where TAmsGrad : struct, IFlag
    {
        private readonly MomentNumbers _numbers = numbers;

        public static int SlotCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => typeof(TAmsGrad) == typeof(Yes) ? 3 : 2;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V parameter, V gradient, ref V first, ref V second, ref V third)
            where V : unmanaged, IVector<V>
        {
            V g = Decayed<V, TDecays>(parameter, gradient, _numbers.Decay);
            first = V.Fma(first, V.Parameter(_numbers.Beta1), g * V.Parameter(1 - _numbers.Beta1));
            second = V.Fma(second, V.Parameter(_numbers.Beta2), g * V.Parameter(1 - _numbers.Beta2) * g);
            V square = second;
            if (typeof(TAmsGrad) == typeof(Yes)) square = third = V.Max(third, second);
            V scale = V.Fma(V.Sqrt(square), V.Parameter(_numbers.Root), V.Parameter(_numbers.Epsilon));
            return V.Fma(parameter, V.Parameter(_numbers.Shrink), first * V.Parameter(-_numbers.Rate) / scale);
        }
    }

    /// <summary>The numbers of <see cref="Moments{TDecays, TAmsGrad}"/>.</summary>
    public struct MomentNumbers
    {
        public double Rate, Decay, Shrink, Beta1, Beta2, Root, Epsilon;
    }
}
