using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// ArcFace (Deng et al. 2019): softmax cross-entropy of rows of cosines c between an embedding and the classes' centres, times a scale s, with
/// an angle m added to the label's: its logit is s cos(arccos c_y + m), the others' s c. Class weights w and row weights r: a row adds r w_y
/// times its loss, and r w_y to the weight. The label's logit has derivative s (cos m + c sin m / sqrt(1 - c^2)).
/// </summary>
/// <remarks>
/// Where arccos c + m passes pi the label's logit is s (c - m sin m), as in the authors' program, with derivative s: it goes on falling,
/// after a step. Cosines of labels outside -1 to 1, by rounding, are taken as -1 or 1; the derivative there, infinite, is taken with a sine
/// of 2^-12 in float and 2^-27 in double, so it is finite. Error within that of cross-entropy at logits rounded to the element type, s ULP of 1.
/// A cosine of -infinity is a mask: its class has probability 0; a label there makes the loss +infinity and the gradient stays finite. A row
/// of only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for), or with +infinity or NaN, gives NaN for that row and never for a
/// neighbour. No call on one thread allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct ArcFace : ILabelLoss
{
    private readonly double? _scale;
    private readonly double? _margin;

    /// <param name="scale">s, above 0 to a million; 64 when unset.</param>
    /// <param name="margin">m in radians, 0 to 3.14159; 0.5 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public ArcFace(double scale = 64, double margin = 0.5)
    {
        AngularMargins.Scale(scale);
        Guard.Between(margin, 0, 3.14159);
        _scale = scale;
        _margin = margin;
    }

    /// <summary>s, what cosines are multiplied by.</summary>
    public double Scale => _scale ?? 64;

    /// <summary>m, what is added to the label's angle, in radians.</summary>
    public double Margin => _margin ?? 0.5;

    void ILabelLoss.Check<T>(LossOptions<T> options)
    {
    }

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new MarginObjective<T, AngleMargin>(new(Scale, Margin)), AngularMargins.Traits, ref totals);
}

/// <summary>
/// CosFace (Wang et al. 2018; AM-Softmax): softmax cross-entropy of rows of cosines c between an embedding and the classes' centres, times a
/// scale s, with m taken from the label's: its logit is s (c_y - m), the others' s c. Class weights w and row weights r: a row adds r w_y
/// times its loss, and r w_y to the weight. The gradient by a cosine is r w_y s (p_c - [c = y]).
/// </summary>
/// <remarks>
/// Cosines are not clamped: any scores may stand for them. Error within that of cross-entropy at logits rounded to the element type, s ULP of 1.
/// A cosine of -infinity is a mask: its class has probability 0; a label there makes the loss +infinity and the gradient stays finite. A row
/// of only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for), or with +infinity or NaN, gives NaN for that row and never for a
/// neighbour. No call on one thread allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct CosFace : ILabelLoss
{
    private readonly double? _scale;
    private readonly double? _margin;

    /// <param name="scale">s, above 0 to a million; 64 when unset.</param>
    /// <param name="margin">m, finite; 0.35 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public CosFace(double scale = 64, double margin = 0.35)
    {
        AngularMargins.Scale(scale);
        Guard.FiniteParameter(margin);
        _scale = scale;
        _margin = margin;
    }

    /// <summary>s, what cosines are multiplied by.</summary>
    public double Scale => _scale ?? 64;

    /// <summary>m, what is taken from the label's cosine.</summary>
    public double Margin => _margin ?? 0.35;

    void ILabelLoss.Check<T>(LossOptions<T> options)
    {
    }

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new MarginObjective<T, CosineMargin>(new(Scale, Margin)), AngularMargins.Traits, ref totals);
}

/// <summary>
/// Circle loss with class labels (Sun et al. 2020): softmax cross-entropy of rows of cosines c between an embedding and the classes'
/// centres, each weighted by how far it is from where it should be: the label's logit is g max(0, 1 + m - c) (c - 1 + m), the others'
/// g max(0, c + m) (c - m). Class weights w and row weights r: a row adds r w_y times its loss, and r w_y to the weight.
/// </summary>
/// <remarks>
/// As in the paper the gradient takes the weights, the first brackets, as constants: by a cosine it is r w_y (p_c - [c = y]) times g and its
/// weight. That is no function's gradient; <see cref="DifferentiatesWeights"/> asks for the loss's own, r w_y (p_c - [c = y]) times 2 g c for
/// the others and 2 g (1 - c) for the label, 0 where the weight is. Error within that of cross-entropy at logits rounded to the element type, g ULP of
/// 1. A cosine of -infinity is a mask: its class has probability 0; a label there makes the loss +infinity, with gradient 0 at the label. A row of
/// only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for), or with +infinity or NaN, or whose logits overflow, gives NaN for
/// that row and never for a neighbour. No call on one thread allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct CircleLoss : ILabelLoss
{
    private readonly double? _scale;
    private readonly double? _margin;

    /// <param name="scale">g, above 0 to a million; 256 when unset.</param>
    /// <param name="margin">m, finite; 0.25 when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public CircleLoss(double scale = 256, double margin = 0.25)
    {
        AngularMargins.Scale(scale);
        Guard.FiniteParameter(margin);
        _scale = scale;
        _margin = margin;
    }

    /// <summary>g, what logits are multiplied by.</summary>
    public double Scale => _scale ?? 256;

    /// <summary>m, the radius of the circle on which a row is content.</summary>
    public double Margin => _margin ?? 0.25;

    /// <summary>Whether the gradient is the loss's own, and not the paper's, which takes weights as constants.</summary>
    public bool DifferentiatesWeights { get; init; }

    void ILabelLoss.Check<T>(LossOptions<T> options)
    {
    }

    void ILabelLoss.Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals) =>
        RowEngine.Run(call, new MarginObjective<T, CircleMargin>(new(Scale, Margin, DifferentiatesWeights)), AngularMargins.Traits, ref totals);
}

/// <summary>What losses of cosines share.</summary>
internal static class AngularMargins
{
    public static RowTraits Traits => new(LogitTransform.None, LabelsWeigh: true);

    /// <summary>The gradient is multiplied by it, so it may not be near the end of float.</summary>
    public static void Scale(double scale)
    {
        if (!(scale > 0 && scale <= 1e6)) Throw.OutOfRange(nameof(scale), scale, "above 0, to 1000000");
    }
}
