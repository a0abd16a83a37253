using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Adam (Kingma and Ba 2015): m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p - r m' / (sqrt(v') + Epsilon), where
/// m' = m / (1 - b1^t), v' = v / (1 - b2^t) at step t from 1, r is the learning rate and g = gradient + WeightDecay p. With AMSGrad
/// (Reddi, Kale and Kumar 2018) the largest v so far stands for v. PyTorch's torch.optim.Adam; ONNX-ML's Adam with
/// <see cref="EpsilonHat"/>, and for its step 0 without <see cref="BiasCorrection"/>.
/// </summary>
/// <remarks>Within 5 roundings of it. NaN where the gradient is; a gradient whose square overflows stops its parameter: v is infinite. Slots:
/// "exp_avg", "exp_avg_sq", and "max_exp_avg_sq" with AMSGrad. <see cref="AdamW"/> is the one with decoupled weight decay.</remarks>
public readonly record struct Adam : IOptimizer
{
    private const double DefaultBeta1 = 0.9, DefaultBeta2 = 0.999, DefaultEpsilon = 1e-8;
    private readonly long _beta1, _beta2, _epsilon;
    private readonly bool _isUncorrected;

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

    /// <summary>Added to the gradient as this times the parameter, 0 or more.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Divides by the largest mean square so far, so that no step grows while gradients fade.</summary>
    public bool AmsGrad { get; init; }

    /// <summary>Whether m and v are divided by 1 - b^t; true when unset.</summary>
    public bool BiasCorrection
    {
        get => !_isUncorrected;
        init => _isUncorrected = !value;
    }

    /// <summary>
    /// Epsilon is added to sqrt(v) before its correction, the epsilon hat of Kingma and Ba's section 2:
    /// p - r sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + Epsilon), as TensorFlow and ONNX-ML have it.
    /// </summary>
    public bool EpsilonHat { get; init; }

    ReadOnlySpan<string> IOptimizer.SlotNames => Moments.SlotNames(AmsGrad);

    private Moments Moments => new(Beta1, Beta2, Epsilon, AmsGrad);

    void IOptimizer.Check<T>()
    {
        Moments.Check<T>();
        Guard.NotNegativeAs<T>(WeightDecay);
    }

    void IOptimizer.Run<T>(scoped in UpdateSpans<T> spans, UpdateStep step)
    {
        Updates.MomentNumbers numbers = Moments.Numbers(step, BiasCorrection, EpsilonHat);
        numbers.Decay = WeightDecay;
        if (WeightDecay == 0) Moments.Run<T, No>(spans, numbers, step.Threads);
        else Moments.Run<T, Yes>(spans, numbers, step.Threads);
    }
}
