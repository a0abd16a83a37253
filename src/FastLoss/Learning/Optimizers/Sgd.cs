using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Gradient descent: p - r g with the learning rate r and g = gradient + WeightDecay p. With momentum m (Polyak 1964) b = m b + (1 - Dampening) g,
/// at the first step b = m b + g, and p - r b; Nesterov's (Sutskever et al. 2013) is p - r (g + m b). Over mini-batches it is SGD.
/// PyTorch's torch.optim.SGD, and ONNX-ML's Momentum with beta = 1 - Dampening.
/// </summary>
/// <remarks>The default is the plain step, one fused multiply-add a parameter: exact but for its one rounding. NaN where the gradient is.
/// Slot: "momentum_buffer", where there is a momentum.</remarks>
public readonly record struct Sgd : IOptimizer
{
    private static readonly string[] s_slots = ["momentum_buffer"];

    /// <summary>m, 0 to less than 1: how much of the last direction each step keeps.</summary>
    public double Momentum { get; init; }

    /// <summary>How much less than all of the gradient the direction takes up, 0 to 1, from the second step on.</summary>
    public double Dampening { get; init; }

    /// <summary>The step looks ahead by its momentum; without one it is the plain step.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Added to the gradient as this times the parameter, 0 or more: that of the loss WeightDecay p^2 / 2.</summary>
    public double WeightDecay { get; init; }

    ReadOnlySpan<string> IOptimizer.SlotNames => Momentum == 0 ? [] : s_slots;

    void IOptimizer.Check<T>()
    {
        Guard.BelowOneAs<T>(Momentum);
        Guard.Between(Dampening, 0, 1);
        Guard.NotNegativeAs<T>(WeightDecay);
    }

    void IOptimizer.Run<T>(scoped in UpdateSpans<T> spans, UpdateStep step)
    {
        if (WeightDecay == 0) Run<T, No>(spans, step);
        else Run<T, Yes>(spans, step);
    }

    private void Run<T, TDecays>(scoped in UpdateSpans<T> spans, UpdateStep step)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        where TDecays : struct, IFlag
    {
        double share = step.Count == 1 ? 1 : 1 - Dampening;
        if (Momentum == 0) UpdateLoop.Run(spans, new Updates.Descent<TDecays>(step.Rate, WeightDecay), step.Threads);
        else if (Nesterov) UpdateLoop.Run(spans, new Updates.Momentum<TDecays, Yes>(step.Rate, WeightDecay, Momentum, share), step.Threads);
        else UpdateLoop.Run(spans, new Updates.Momentum<TDecays, No>(step.Rate, WeightDecay, Momentum, share), step.Threads);
    }
}
