using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): p - r WeightDecay p - r m' / (sqrt(v') + Epsilon), m' and v' of the bare
/// gradient as in <see cref="Adam"/>. So what decays a weight does not depend on the size of its gradients. PyTorch's torch.optim.AdamW.
/// </summary>
/// <remarks>Within 5 roundings of it. NaN where the gradient is. Slots: "exp_avg", "exp_avg_sq", and "max_exp_avg_sq" with AMSGrad.</remarks>
public readonly record struct AdamW : IOptimizer
{
    private const double DefaultBeta1 = 0.9, DefaultBeta2 = 0.999, DefaultEpsilon = 1e-8, DefaultWeightDecay = 0.01;
    private readonly long _beta1, _beta2, _epsilon, _weightDecay;

    /// <summary>b1, 0 to less than 1: how much of the mean gradient each step keeps; 0.9 when unset.</summary>
    public double Beta1
    {
        get => Unset.Decode(_beta1, DefaultBeta1);
        init => _beta1 = Unset.Encode(value, DefaultBeta1);
    }

    /// <summary>b2, 0 to less than 1: how much of the mean square each step keeps; 0.999 when unset.</summary>
    public double Beta2
    {
        get => Unset.Decode(_beta2, DefaultBeta2);
        init => _beta2 = Unset.Encode(value, DefaultBeta2);
    }

    /// <summary>Added to the root, 0 or more; 1e-8 when unset.</summary>
    public double Epsilon
    {
        get => Unset.Decode(_epsilon, DefaultEpsilon);
        init => _epsilon = Unset.Encode(value, DefaultEpsilon);
    }

    /// <summary>How much of itself, times the learning rate, each parameter loses a step, 0 or more; 0.01 when unset.</summary>
    public double WeightDecay
    {
        get => Unset.Decode(_weightDecay, DefaultWeightDecay);
        init => _weightDecay = Unset.Encode(value, DefaultWeightDecay);
    }

    /// <summary>Divides by the largest mean square so far, so that no step grows while gradients fade.</summary>
    public bool AmsGrad { get; init; }

    ReadOnlySpan<string> IOptimizer.SlotNames => Moments.SlotNames(AmsGrad);

    private Moments Moments => new(Beta1, Beta2, Epsilon, AmsGrad);

    void IOptimizer.Check<T>()
    {
        Moments.Check<T>();
        Guard.NotNegativeAs<T>(WeightDecay);
    }

    void IOptimizer.Run<T>(scoped in UpdateSpans<T> spans, UpdateStep step)
    {
        Updates.MomentNumbers numbers = Moments.Numbers(step, isCorrected: true, epsilonHat: false);
        numbers.Shrink = 1 - (step.Rate * WeightDecay);
        Moments.Run<T, No>(spans, numbers, step.Threads);
    }
}
