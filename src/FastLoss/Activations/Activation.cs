using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What the element-wise activations have in common: the checks and the loop.</summary>
internal static class Activation
{
    public static void Forward<T, TStep>(ReadOnlySpan<T> x, Span<T> destination, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IMapStep<T>
    {
        Guard.Float<T>();
        Guard.SameLength<T, T>(destination, x);
        Guard.Writes(destination).Over(x);
        Map.Run(x, destination, step);
    }

    public static void Backward<T, TSlope>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient, TSlope slope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSlope : struct, IMapStep<T>
    {
        Guard.Float<T>();
        Guard.SameLength(outputGradient, x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Writes(gradient).Over(x).Over(outputGradient);
        Elementwise.Run(x, outputGradient, default, gradient, new ActivationSteps.Chain<T, TSlope>(slope));
    }
}
