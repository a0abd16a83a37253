using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Cross-entropy of the softmax of logits, fused: for a row x with label y the loss is ln(sum_c e^x_c) - x_y, its
/// gradient softmax(x)_c - [c = y]. Stable for every finite input, and accurate where the row is confident: the loss is
/// computed as ln(1 + sum_(c != y) e^(x_c - x_y)), relative error below 1e-6 (float) and 1e-14 (double), so float logits
/// [20, 0, 0] with label 0 give 4.1223072e-9.
/// <code>
/// LossTally loss = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, logits, 10, labels, gradient);
/// </code>
/// </summary>
/// <remarks>
/// <para>Its parameters combine freely. Logits are first capped, then divided by the temperature; p is the softmax of that. With targets
/// q (a label's is 1 at its class) smoothed to q (1 - e) + e / C, class weights w and row weights r a row's loss is
/// r (sum_c -w_c q_c (1 - p_c)^gamma ln p_c + z (ln sum e^x)^2), and r's share of the weight is r w_label with labels, r with
/// targets. Targets need not add to 1; a target of 0 at a logit of -infinity counts 0. The default is the plain loss.</para>
/// <para>A logit of -infinity is a mask: its probability is 0 and it adds nothing. A label whose logit is -infinity makes
/// the loss +infinity and the gradient stays finite. A row of only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for), or with
/// +infinity or NaN, gives NaN for that row and never for a neighbour. Gradient elements below 2e-38 (3.4e-308 in double) may be 0: none is
/// subnormal. No call on one thread allocates. The same input gives the same bits on every machine.</para>
/// </remarks>
public readonly record struct SoftmaxCrossEntropy : ILabelLoss, ITargetLoss
{
    private readonly double? _temperature;

    /// <summary>e, 0 to 1: how much of each target is spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What logits are divided by, positive and finite in the element type, and so its inverse; 1 when unset.</summary>
    public double Temperature
    {
        get => _temperature ?? 1;
        init => _temperature = value;
    }

    /// <summary>s, positive and finite in the element type, and so its inverse: logits become s tanh(x / s). None when null.</summary>
    public double? Softcap { get; init; }

    /// <summary>z, 0 or more: the factor of the squared log-sum-exp, which keeps logits from drifting. It is times r, not w.</summary>
    public double ZLoss { get; init; }

    /// <summary>gamma, 0 or more: how fast well-classified rows fade.</summary>
    public double FocalGamma { get; init; }

    /// <summary>Whether no parameter is set.</summary>
    internal bool IsPlain => LabelSmoothing == 0 && Temperature == 1 && Softcap == null && ZLoss == 0 && FocalGamma == 0;

    /// <summary>What makes logits of the scores.</summary>
    internal LogitTransform Logits => new(1 / Temperature, Softcap ?? 0);

    void ILabelLoss.Check<T>(LossOptions<T> options) => Check<T>();

    void ITargetLoss.Check<T>(LossOptions<T> options) => Check<T>();

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals)
    {
        bool isByLabel = LabelObjective<T>.Takes(LabelSmoothing, FocalGamma, call.Layout.ClassCount, !call.ClassWeights.IsEmpty);
        if (isByLabel) RowEngine.Run(call, new LabelObjective<T>(ZLoss, FocalGamma, LabelSmoothing), Traits, ref totals);
        else RowEngine.Run(call, new ClassObjective<T>(new(LabelSmoothing, ZLoss, FocalGamma)), Traits, ref totals);
    }

    void ITargetLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new ClassObjective<T>(new(LabelSmoothing, ZLoss, FocalGamma)), Traits, ref totals);

    private RowTraits Traits => new(Logits, LabelsWeigh: true, ZLoss != 0);

    private void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Between(LabelSmoothing, 0, 1);
        Guard.InvertibleAs<T>(Temperature);
        if (Softcap is double softcap) Guard.InvertibleAs<T>(softcap, nameof(Softcap));
        Guard.NotNegativeAs<T>(ZLoss);
        Guard.NotNegativeAs<T>(FocalGamma);
    }
}
