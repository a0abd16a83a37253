using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The hidden layers' element-wise passes.</summary>
internal static class HiddenLayer
{
    /// <summary>Whether the derivative needs what was activated; of the others the activated says it.</summary>
    public static bool KeepsInput(HiddenActivation activation) =>
        activation is not (HiddenActivation.Sigmoid or HiddenActivation.Relu or HiddenActivation.Tanh);

    public static void Activate<T>(HiddenActivation activation, ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementSpans<T> spans = new() { First = x, Results = destination };
        switch (activation)
        {
            case HiddenActivation.Sigmoid: Forward<T, ActivationFormulas.Sigmoid>(spans); break;
            case HiddenActivation.Relu: Forward<T, ActivationFormulas.Relu>(spans); break;
            case HiddenActivation.Tanh: Forward<T, ActivationFormulas.Tanh>(spans); break;
            case HiddenActivation.Gelu: Forward<T, ActivationFormulas.Gelu>(spans); break;
            case HiddenActivation.GeluTanh: Forward<T, ActivationFormulas.GeluTanh>(spans); break;
            case HiddenActivation.Silu: Forward<T, ActivationFormulas.Silu>(spans); break;
            default: Forward<T, ActivationFormulas.Softplus>(spans); break;
        }
    }

    /// <summary>Turns the gradient with respect to the activated values into that with respect to what was activated.</summary>
    /// <param name="activation">Which.</param>
    /// <param name="x">What was activated, where <see cref="KeepsInput"/>.</param>
    /// <param name="activated">The activated values.</param>
    /// <param name="gradient">Is changed in place.</param>
    public static void Backpropagate<T>(HiddenActivation activation, ReadOnlySpan<T> x, ReadOnlySpan<T> activated, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementSpans<T> spans = new() { First = KeepsInput(activation) ? x : activated, Second = gradient, Results = gradient };
        switch (activation)
        {
            case HiddenActivation.Sigmoid: ElementPass.Sum(spans, default(SigmoidBackward)); break;
            case HiddenActivation.Relu: ElementPass.Sum(spans, default(ReluBackward)); break;
            case HiddenActivation.Tanh: ElementPass.Sum(spans, default(TanhBackward)); break;
            case HiddenActivation.Gelu: Backward<T, ActivationFormulas.Gelu>(spans); break;
            case HiddenActivation.GeluTanh: Backward<T, ActivationFormulas.GeluTanh>(spans); break;
            case HiddenActivation.Silu: Backward<T, ActivationFormulas.Silu>(spans); break;
            default: Backward<T, ActivationFormulas.Softplus>(spans); break;
        }
    }

    private static void Forward<T, TActivation>(ElementSpans<T> spans)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation => ElementPass.Sum(spans, new ActivationOperators.Forward<TActivation>(default));

    private static void Backward<T, TActivation>(ElementSpans<T> spans)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IActivation => ElementPass.Sum(spans, new ActivationOperators.Backward<TActivation>(default));

    /// <summary>g a (1 - a) of the activated a.</summary>
    private readonly struct SigmoidBackward : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return second * (first * (1 - first));
        }
    }

    /// <summary>g (1 - a) (1 + a) of the activated a.</summary>
    private readonly struct TanhBackward : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return second * ((1 - first) * (1 + first));
        }
    }

    /// <summary>0 where the activated is, g elsewhere, NaN included.</summary>
    private readonly struct ReluBackward : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return V.Where(first <= 0, 0, second);
        }
    }
}
