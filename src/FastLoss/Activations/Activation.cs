using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What the element-wise activations have in common: the checks and the loop.</summary>
internal static class Activation
{
    public static void Forward<T, TFormula>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IActivationFormula
    {
        Guard.Float<T>();
        Guard.SameLength<T, T>(destination, x);
        Guard.Writes(destination).Over(x);
        ElementPass.Sum(new ElementSpans<T> { First = x, Results = destination }, default(ActivationOperators.Forward<TFormula>));
    }

    public static void Backward<T, TFormula>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IActivationFormula
    {
        Guard.Float<T>();
        Guard.SameLength(outputGradient, x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Writes(gradient).Over(x).Over(outputGradient);
        ElementPass.Sum(
            new ElementSpans<T> { First = x, Second = outputGradient, Results = gradient }, default(ActivationOperators.Backward<TFormula>));
    }
}
