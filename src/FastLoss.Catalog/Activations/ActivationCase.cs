using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>A function of each element.</summary>
public delegate void ActivationForward<T>(ReadOnlySpan<T> x, Span<T> destination);

/// <summary>The gradient by x of a function of each element.</summary>
public delegate void ActivationBackward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient);

/// <summary>The calls of an activation, of floats or doubles.</summary>
/// <param name="Forward">The function.</param>
/// <param name="Backward">The gradient.</param>
/// <param name="Rival">The function as System.Numerics.Tensors composes it; null where it does not.</param>
public sealed record ActivationCalls<T>(ActivationForward<T> Forward, ActivationBackward<T> Backward, ActivationForward<T>? Rival = null);

/// <summary>An element-wise activation: its calls, its definition in double, its kinks and its bound.</summary>
/// <param name="Type">The class of its calls.</param>
/// <param name="Float">Its calls of floats.</param>
/// <param name="Double">Its calls of doubles.</param>
/// <param name="Ulps">What its documentation allows.</param>
/// <param name="Value">The definition, in a form that does not cancel.</param>
public sealed partial record ActivationCase(
    Type Type, ActivationCalls<float> Float, ActivationCalls<double> Double, Func<double, double> Ulps, Func<double, double> Value)
{
    public string Name => Type.Name;

    /// <summary>Where it has a corner.</summary>
    public double[] Kinks { get; init; } = [];

    /// <summary>The calls of <typeparamref name="T"/>, float or double.</summary>
    public ActivationCalls<T> Bound<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (ActivationCalls<T>)(object)(typeof(T) == typeof(float) ? Float : Double);

    public override string ToString() => Name;
}
