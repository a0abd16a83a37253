using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A nonlinearity as differences of the two-layer network's loss need it: itself, and the change a small step makes.</summary>
internal interface IHiddenActivation
{
    static abstract V Of<V>(V x)
        where V : unmanaged, IVector<V>;

    /// <summary>Of(x + step) - Of(x) without the cancellation, |step| at most <see cref="LossChange.SmallStep"/>; <paramref name="activated"/> = Of(x).</summary>
    static abstract V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal readonly struct SigmoidActivation : IHiddenActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => V.Sigmoid(x);

    /// <summary>With E = e^step - 1: s(x + step) - s(x) = s(x) (1 - s(x)) E / (1 + s(x) E).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V grown = Exponentials<V, T>.M1OfRest(step);
        return activated * (1 - activated) * grown / V.Fma(activated, grown, 1);
    }
}

internal readonly struct ReluActivation : IHiddenActivation
{
    /// <summary>NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => V.Where(x < 0, 0, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V moved = x + step;
        return V.Where((x >= 0) & (moved >= 0), step, Of(moved) - activated);
    }
}

/// <summary>The hidden layer's element-wise passes.</summary>
internal static class HiddenLayer
{
    public static void Activate<T>(HiddenActivation activation, ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementSpans<T> spans = new() { First = x, Results = destination };
        if (activation == HiddenActivation.Sigmoid) ElementPass.Sum(spans, new ActivationOperators.Forward<ActivationFormulas.Sigmoid>(default));
        else ElementPass.Sum(spans, new ActivationOperators.Forward<ActivationFormulas.Relu>(default));
    }

    /// <summary>Turns the gradient with respect to the activated values into that with respect to what was activated.</summary>
    public static void Backpropagate<T>(HiddenActivation activation, ReadOnlySpan<T> activated, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementSpans<T> spans = new() { First = activated, Second = gradient, Results = gradient };
        if (activation == HiddenActivation.Sigmoid) ElementPass.Sum(spans, default(SigmoidBackward));
        else ElementPass.Sum(spans, default(ReluBackward));
    }

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
