using System.Numerics;

namespace FastLoss;

/// <summary>Where the gradients by hidden states, weights and bias go; what is empty is not computed.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="hidden">As long as the hidden states, or empty.</param>
/// <param name="weights">As long as the weights, or empty.</param>
/// <param name="bias">As long as the bias, or empty.</param>
public readonly ref struct LinearGradients<T>(Span<T> hidden, Span<T> weights, Span<T> bias = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>By the hidden states; empty where it is not wanted.</summary>
    public Span<T> Hidden { get; } = hidden;

    /// <summary>By the weights; empty where it is not wanted.</summary>
    public Span<T> Weights { get; } = weights;

    /// <summary>By the bias; empty where it is not wanted.</summary>
    public Span<T> Bias { get; } = bias;
}
