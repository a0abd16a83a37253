using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The passes of an activation: forward, and backward from the output's gradient.</summary>
internal static class ActivationOperators
{
    public readonly struct Forward<TFormula>(TFormula formula) : IElementOperator
        where TFormula : struct, IActivation
    {
        private readonly TFormula _formula = formula;

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
            return _formula.Value(first);
        }
    }

    /// <summary>The output's gradient times the derivative at x.</summary>
    public readonly struct Backward<TFormula>(TFormula formula) : IElementOperator
        where TFormula : struct, IActivation
    {
        private readonly TFormula _formula = formula;

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
            return second * _formula.Derivative(first);
        }
    }
}
