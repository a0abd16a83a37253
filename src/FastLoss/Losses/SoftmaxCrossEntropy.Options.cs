using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>With options, labels of int, byte or long, and soft targets.</content>
public static partial class SoftmaxCrossEntropy
{
    /// <summary>The losses of all rows under <paramref name="options"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TLabel">Any integer type: int, byte, long.</typeparam>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="options">See <see cref="CrossEntropyOptions{T}"/>.</param>
    /// <returns>The sum over the rows that count, their weight and number; the mean is NaN when none counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class and not ignored, or an option is outside its range.</exception>
    public static LossTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> => Evaluate(logits, classCount, labels, options, out _);

    /// <summary>As without <paramref name="zLoss"/>, which receives what z-loss has of the sum, with the same weight.</summary>
    /// <inheritdoc cref="Evaluate{T, TLabel}(ReadOnlySpan{T}, int, ReadOnlySpan{TLabel}, CrossEntropyOptions{T})"/>
    public static LossTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options, out LossTally zLoss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(logits, classCount, labels, options);
        return Run(logits, classCount, labels, default, options, default, default, out zLoss);
    }

    /// <summary>The losses of all rows under <paramref name="options"/>, and the gradient of their mean with respect to the logits.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="gradient">As long as the logits; exactly them, or apart from them, and apart from labels and weights. 0 for skipped rows.</param>
    /// <param name="options">See <see cref="CrossEntropyOptions{T}"/>.</param>
    public static LossTally EvaluateWithGradient<T, TLabel>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<TLabel> labels, Span<T> gradient, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(logits, classCount, labels, options);
        WritesGradient(logits, gradient, options).Apart(labels);
        return Run(logits, classCount, labels, default, options, gradient, default, out _);
    }

    /// <summary>The loss of each row under <paramref name="options"/>, times its weight; 0 for skipped rows.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="labels">The class of each row, 0 to C - 1, or the ignored label.</param>
    /// <param name="losses">Receives a loss for each row; apart from logits, labels and weights.</param>
    /// <param name="options">See <see cref="CrossEntropyOptions{T}"/>.</param>
    public static LossTally PerRow<T, TLabel>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<TLabel> labels, Span<T> losses, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Check(logits, classCount, labels, options);
        WritesLosses(logits, labels, losses, options);
        return Run(logits, classCount, labels, default, options, default, losses, out _);
    }

    /// <summary>The losses of all rows against soft targets, such as probabilities of a teacher or of mixed images.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="targets">A target for each logit; they need not add to 1. 0 at a logit of -infinity counts 0.</param>
    /// <param name="options">See <see cref="CrossEntropyOptions{T}"/>; without ignored label.</param>
    /// <returns>The sum over the rows that count, the sum of their row weights and number.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static LossTally EvaluateSoft<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<T> targets, CrossEntropyOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSoft(logits, classCount, targets, options);
        return Run(logits, classCount, default(ReadOnlySpan<int>), targets, options, default, default, out _);
    }

    /// <summary>The losses of all rows against soft targets, and the gradient of their mean with respect to the logits.</summary>
    /// <param name="logits">Rows of <paramref name="classCount"/> logits.</param>
    /// <param name="classCount">C, the number of classes, at least 1.</param>
    /// <param name="targets">A target for each logit.</param>
    /// <param name="gradient">As long as the logits; exactly them, or apart from them, and apart from targets and weights. 0 for skipped rows.</param>
    /// <param name="options">See <see cref="CrossEntropyOptions{T}"/>.</param>
    public static LossTally EvaluateSoftWithGradient<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<T> targets, Span<T> gradient, CrossEntropyOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSoft(logits, classCount, targets, options);
        WritesGradient(logits, gradient, options).Apart(targets);
        return Run(logits, classCount, default(ReadOnlySpan<int>), targets, options, gradient, default, out _);
    }

    private static LossTally Run<T, TLabel>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        ReadOnlySpan<T> targets,
        CrossEntropyOptions<T> options,
        Span<T> gradient,
        Span<T> losses,
        out LossTally zLoss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        (ExactSum weight, long count) = OptionRows.Weigh(labels, logits.Length / classCount, options);
        double divisor = options.Denominator ?? weight.ToDouble();
        double scale = divisor == 0 ? 0 : 1 / divisor;
        (ExactSum sum, ExactSum zSum) = OptionRows.Run(logits, classCount, labels, targets, options, scale, gradient, losses);
        ElementwiseCall.ClearWithoutMean(T.CreateTruncating(scale), gradient);
        zLoss = new(zSum, weight, count);
        return new(sum, weight, count);
    }

    internal static void Check<T, TLabel>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<TLabel> labels, CrossEntropyOptions<T> options, string name = "logits")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        int rows = CheckOptions(logits, classCount, options, name);
        if (rows != labels.Length) Throw.LengthIsNot(nameof(labels), labels.Length, rows, $"a label for each row of {classCount} logits");
        CheckLabels(labels, classCount, options);
    }

    internal static void CheckLabels<T, TLabel>(ReadOnlySpan<TLabel> labels, int classCount, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (typeof(TLabel) == typeof(int) && Labels.IndexOutOfRange(MemoryMarshal.Cast<TLabel, int>(labels), classCount) < 0) return;
        for (int r = 0; r < labels.Length; r++)
        {
            // As the integer it is: neither a large label nor a negative one may wrap to a class.
            if ((ulong)long.CreateSaturating(labels[r]) >= (ulong)classCount && !OptionRows.IsSkipped(labels, r, options))
            {
                Throw.LabelOutOfRange(nameof(labels), r, labels[r], classCount);
            }
        }
    }

    private static void CheckSoft<T>(ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<T> targets, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckOptions(logits, classCount, options);
        Guard.SameLength(targets, logits);
        if (options.IgnoreLabel is Int128 label) Throw.OutOfRange(nameof(options.IgnoreLabel), label, "null with soft targets");
    }

    internal static int CheckOptions<T>(
        ReadOnlySpan<T> logits, int classCount, CrossEntropyOptions<T> options, [CallerArgumentExpression(nameof(logits))] string name = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(logits, classCount, name);
        if (!options.ClassWeights.IsEmpty) Guard.Length(options.ClassWeights, classCount, "a weight for each class");
        if (!options.RowWeights.IsEmpty) Guard.Length(options.RowWeights, rows, "a weight for each row");
        Guard.Between(options.LabelSmoothing, 0, 1);
        if (options.Temperature is double temperature) Guard.InvertibleAs<T>(temperature, nameof(options.Temperature));
        if (options.LogitSoftcap is double softcap) Guard.InvertibleAs<T>(softcap, nameof(options.LogitSoftcap));
        Guard.NotNegativeAs<T>(options.ZLoss);
        Guard.NotNegativeAs<T>(options.FocalGamma);
        Guard.Denominator<T>(options.Denominator);
        return rows;
    }

    /// <summary>None of the options that change logits, for losses that have their rows, labels and weights in common with this one.</summary>
    internal static void CheckNoneForLogits<T>(CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (options.LabelSmoothing != 0) Throw.OutOfRange(nameof(options.LabelSmoothing), options.LabelSmoothing, "0: it needs logits");
        if (options.Temperature is double temperature) Throw.OutOfRange(nameof(options.Temperature), temperature, "null: it needs logits");
        if (options.LogitSoftcap is double softcap) Throw.OutOfRange(nameof(options.LogitSoftcap), softcap, "null: it needs logits");
        if (options.ZLoss != 0) Throw.OutOfRange(nameof(options.ZLoss), options.ZLoss, "0: it needs logits");
        if (options.FocalGamma != 0) Throw.OutOfRange(nameof(options.FocalGamma), options.FocalGamma, "0: it needs logits");
    }

    internal static Written<T> WritesGradient<T>(
        ReadOnlySpan<T> logits,
        Span<T> gradient,
        CrossEntropyOptions<T> options,
        [CallerArgumentExpression(nameof(logits))] string logitsName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.SameLength<T, T>(gradient, logits, bName: logitsName);
        return Guard.Writes(gradient).Over(logits, logitsName).Apart(options);
    }

    internal static void WritesLosses<T, TLabel>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TLabel> labels,
        Span<T> losses,
        CrossEntropyOptions<T> options,
        [CallerArgumentExpression(nameof(logits))] string logitsName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.SameLength<T, TLabel>(losses, labels);
        Guard.Writes(losses).Apart(logits, logitsName).Apart(labels).Apart(options);
    }
}
