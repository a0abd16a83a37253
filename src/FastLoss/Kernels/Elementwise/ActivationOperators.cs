using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A function of one number, and its derivative: an activation.</summary>
internal interface IActivationFormula
{
    static virtual bool IsLight => false;

    static abstract V Value<V>(V x)
        where V : unmanaged, IVector<V>;

    static abstract V Derivative<V>(V x)
        where V : unmanaged, IVector<V>;
}

/// <summary>The passes of an activation: forward, and backward from the output's gradient.</summary>
internal static class ActivationOperators
{
    public readonly struct Forward<TFormula> : IElementOperator
        where TFormula : struct, IActivationFormula
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result | (TFormula.IsLight ? ElementParts.Light : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return TFormula.Value(first);
        }
    }

    /// <summary>The output's gradient times the derivative at x.</summary>
    public readonly struct Backward<TFormula> : IElementOperator
        where TFormula : struct, IActivationFormula
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result | (TFormula.IsLight ? ElementParts.Light : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return second * TFormula.Derivative(first);
        }
    }
}
