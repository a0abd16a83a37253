using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A loss of rows of scores, one for each class, against the class of each row: <see cref="SoftmaxCrossEntropy"/>,
/// <see cref="NegativeLogLikelihood"/>, <see cref="MultiClassHinge"/>, <see cref="CategoricalHinge"/>, <see cref="PolyCrossEntropy"/>,
/// <see cref="GeneralizedCrossEntropy"/>, <see cref="ArcFace"/>, <see cref="CosFace"/>, <see cref="CircleLoss"/>, <see cref="BrierScore"/>. The verbs on <see cref="Loss"/> take any of them. Only this library's
/// losses implement it; one of your own is an <see cref="IElementwiseLoss"/>.
/// </summary>
public interface ILabelLoss
{
    /// <summary>Refuses parameters and options that the loss does not have or no <typeparamref name="T"/> holds.</summary>
    internal void Check<T>(LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Runs a checked call.</summary>
    internal void Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>;
}

/// <summary>
/// A loss of rows of scores against a target for each score, such as probabilities of a teacher, of mixed images, or the pixels of a mask:
/// <see cref="SoftmaxCrossEntropy"/>, <see cref="SoftDice"/>, <see cref="SoftJaccard"/>, <see cref="Tversky"/>, <see cref="LovaszHinge"/>, <see cref="MultiLabelMargin"/>, <see cref="BrierScore"/>. Only this library's losses implement it.
/// </summary>
public interface ITargetLoss
{
    /// <summary>Whether a gradient may be written exactly over the targets.</summary>
    internal static virtual bool WritesOverTargets => false;

    /// <summary>Refuses parameters and options that the loss does not have or no <typeparamref name="T"/> holds.</summary>
    internal void Check<T>(LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Runs a checked call, with targets and without labels.</summary>
    internal void Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>;
}

/// <summary>What a call of a loss of rows writes.</summary>
internal enum Wanted
{
    Nothing,
    Gradient,
    Losses,
}
