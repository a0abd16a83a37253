using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>Runs an activation of your own, or any other <see cref="IActivation"/>. Nothing is allocated; calls from several threads do not disturb each other.</summary>
public static class Activation
{
    /// <summary>The function of each element.</summary>
    /// <param name="activation">The formula.</param>
    /// <param name="x">May be empty.</param>
    /// <param name="destination">As long as x; exactly x, or apart from it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap in part.</exception>
    public static void Compute<TActivation, T>(TActivation activation, ReadOnlySpan<T> x, Span<T> destination)
        where TActivation : struct, IActivation
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength<T, T>(destination, x);
        Guard.Writes(destination).Over(x);
        ElementPass.Sum(new ElementSpans<T> { First = x, Results = destination }, new ActivationOperators.Forward<TActivation>(activation));
    }

    /// <summary>The gradient with respect to x: the output's gradient times the derivative.</summary>
    /// <param name="activation">The formula.</param>
    /// <param name="x">What <see cref="Compute"/> was given.</param>
    /// <param name="outputGradient">The gradient with respect to the output, as long.</param>
    /// <param name="gradient">As long; exactly x or the output's gradient, or apart from both.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the gradient overlaps an input in part.</exception>
    public static void Backward<TActivation, T>(TActivation activation, ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where TActivation : struct, IActivation
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(outputGradient, x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Writes(gradient).Over(x).Over(outputGradient);
        ElementPass.Sum(
            new ElementSpans<T> { First = x, Second = outputGradient, Results = gradient }, new ActivationOperators.Backward<TActivation>(activation));
    }
}
