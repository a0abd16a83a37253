using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks and weights of the gradient of cross-entropy by its targets.</summary>
internal static class TargetGradientCall
{
    public static void Check<T>(SoftmaxCrossEntropy loss, int rows, int classCount, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (options.IgnoreLabel is Int128 label) Throw.OutOfRange(nameof(options.IgnoreLabel), label, "null with targets");
        Checked(loss, options);
        LossOptions<T> ofRows = new()
        {
            Weights = options.Weights,
            Mask = options.Mask,
            Denominator = options.Denominator,
            Threads = options.Threads,
        };
        Guard.Entries(ofRows, rows, "row", Wanted.Gradient);
        if (!options.ClassWeights.IsEmpty && options.ClassWeights.Length != classCount)
        {
            Throw.LengthIsNot(nameof(options.ClassWeights), options.ClassWeights.Length, classCount, "a weight for each class");
        }
    }

    private static void Checked<TLoss, T>(TLoss loss, LossOptions<T> options)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => loss.Check(options);

    /// <summary>Writes the gradient over the logits; <paramref name="factors"/> has room for a number a row.</summary>
    public static void Run<T>(SoftmaxCrossEntropy loss, Span<T> logits, int classCount, LossOptions<T> options, Span<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TargetSlopes.Weigh(options.Weights, options.Mask, options.MaskedRows == MaskedRows.Zeros ? logits : default, factors);
        ExactSum weight = default;
        weight.Add(factors);
        double divisor = options.Denominator ?? weight.ToDouble();
        double scale = divisor == 0 ? 0 : (1 - loss.LabelSmoothing) / divisor;
        foreach (ref T factor in factors) factor = T.CreateTruncating(double.CreateTruncating(factor) * scale);
        TargetSlopes.Run(logits, classCount, options.ClassWeights, factors, loss.Logits, loss.FocalGamma);
    }
}
