using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// RMSProp (Tieleman and Hinton 2012): s = a s + (1 - a) g^2, d = g / (sqrt(s) + Epsilon), p - r d, with the learning rate r,
/// a = Smoothing and g = gradient + WeightDecay p. Centered (Graves 2013) it divides by the root of the variance s - m^2, m = a m + (1 - a) g;
/// with momentum b = Momentum b + d, p - r b. PyTorch's torch.optim.RMSprop.
/// </summary>
/// <remarks>Within 5 roundings of it, but for the variance, a difference. NaN where the gradient is. A variance that rounding makes negative
/// is 0 (PyTorch: NaN). Slots: "square_avg", "grad_avg" where centered, "momentum_buffer" where there is a momentum.</remarks>
public readonly record struct RmsProp : IOptimizer
{
    private static readonly string[] s_plain = ["square_avg"], s_centered = ["square_avg", "grad_avg"];
    private static readonly string[] s_momentum = ["square_avg", "momentum_buffer"], s_both = ["square_avg", "grad_avg", "momentum_buffer"];
    private const double DefaultSmoothing = 0.99, DefaultEpsilon = 1e-8;
    private readonly long _smoothing, _epsilon;

    /// <summary>a, 0 to less than 1: how much of the average each step keeps; 0.99 when unset. PyTorch's alpha.</summary>
    public double Smoothing
    {
        get => Unset.Decode(_smoothing, DefaultSmoothing);
        init => _smoothing = Unset.Encode(value, DefaultSmoothing);
    }

    /// <summary>Added to the root, 0 or more; 1e-8 when unset.</summary>
    public double Epsilon
    {
        get => Unset.Decode(_epsilon, DefaultEpsilon);
        init => _epsilon = Unset.Encode(value, DefaultEpsilon);
    }

    /// <summary>How much of the last direction each step keeps, 0 to less than 1.</summary>
    public double Momentum { get; init; }

    /// <summary>Divides by the root of the gradient's variance instead of its mean square.</summary>
    public bool Centered { get; init; }

    /// <summary>Added to the gradient as this times the parameter, 0 or more.</summary>
    public double WeightDecay { get; init; }

    ReadOnlySpan<string> IOptimizer.SlotNames => Centered ? Momentum == 0 ? s_centered : s_both : Momentum == 0 ? s_plain : s_momentum;

    void IOptimizer.Check<T>()
    {
        Guard.BelowOneAs<T>(Smoothing);
        Guard.NotNegativeAs<T>(Epsilon);
        Guard.BelowOneAs<T>(Momentum);
        Guard.NotNegativeAs<T>(WeightDecay);
    }

    void IOptimizer.Run<T>(scoped in UpdateSpans<T> spans, UpdateStep step)
    {
        if (WeightDecay == 0) Run<T, No>(spans, step);
        else Run<T, Yes>(spans, step);
    }

    private void Run<T, TDecays>(scoped in UpdateSpans<T> spans, UpdateStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDecays : struct, IFlag
    {
        if (Centered) Run<T, TDecays, Yes>(spans, step);
        else Run<T, TDecays, No>(spans, step);
    }

    private void Run<T, TDecays, TCentered>(scoped in UpdateSpans<T> spans, UpdateStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDecays : struct, IFlag
        where TCentered : struct, IFlag
    {
        if (Momentum == 0)
            UpdateLoop.Run(spans, new Updates.MeanSquare<TDecays, TCentered, No>(step.Rate, WeightDecay, Smoothing, Epsilon, 0), step.Threads);
        else
            UpdateLoop.Run(spans, new Updates.MeanSquare<TDecays, TCentered, Yes>(step.Rate, WeightDecay, Smoothing, Epsilon, Momentum), step.Threads);
    }
}
