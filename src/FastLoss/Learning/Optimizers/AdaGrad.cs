using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// AdaGrad (Duchi, Hazan and Singer 2011): s = s + g^2, p - r / (1 + (t - 1) LearningRateDecay) g / (sqrt(s) + Epsilon), with the learning
/// rate r, step t from 1 and g = gradient + WeightDecay p. PyTorch's torch.optim.Adagrad and ONNX-ML's Adagrad.
/// </summary>
/// <remarks>Within 4 roundings of it. NaN where the gradient is; 0 / 0, so NaN, where Epsilon is 0 and every gradient was. Slot: "sum".</remarks>
public readonly record struct AdaGrad : IOptimizer
{
    private static readonly string[] s_slots = ["sum"];
    private const double DefaultEpsilon = 1e-10;
    private readonly long _epsilon;

    /// <summary>By how much of itself the learning rate's divisor grows each step, 0 or more.</summary>
    public double LearningRateDecay { get; init; }

    /// <summary>What the sum of squares begins with, 0 or more.</summary>
    public double InitialAccumulator { get; init; }

    /// <summary>Added to the root, 0 or more; 1e-10 when unset.</summary>
    public double Epsilon
    {
        get => Unset.Decode(_epsilon, DefaultEpsilon);
        init => _epsilon = Unset.Encode(value, DefaultEpsilon);
    }

    /// <summary>Added to the gradient as this times the parameter, 0 or more.</summary>
    public double WeightDecay { get; init; }

    ReadOnlySpan<string> IOptimizer.SlotNames => s_slots;

    double IOptimizer.InitialValue => InitialAccumulator;

    void IOptimizer.Check<T>()
    {
        Guard.NotNegativeAs<T>(LearningRateDecay);
        Guard.NotNegativeAs<T>(InitialAccumulator);
        Guard.NotNegativeAs<T>(Epsilon);
        Guard.NotNegativeAs<T>(WeightDecay);
    }

    void IOptimizer.Run<T>(scoped in UpdateSpans<T> spans, UpdateStep step)
    {
        double rate = step.Rate / (1 + ((step.Count - 1) * LearningRateDecay));
        if (WeightDecay == 0) UpdateLoop.Run(spans, new Updates.Accumulated<No>(rate, 0, Epsilon), step.Threads);
        else UpdateLoop.Run(spans, new Updates.Accumulated<Yes>(rate, WeightDecay, Epsilon), step.Threads);
    }
}
