using System.Numerics;

namespace FastLoss;

/// <content>Losses of sequences.</content>
public static partial class Loss
{
    /// <summary>The losses of all sequences.</summary>
    /// <param name="loss">Such as <c>new Ctc()</c>.</param>
    /// <param name="logits">Sequences of as many steps each, steps of <paramref name="classCount"/> logits, row-major.</param>
    /// <param name="classCount">The number of classes, the blank among them.</param>
    /// <param name="targets">The labels of each sequence, and how many steps it has.</param>
    /// <param name="options">Weights and mask, of sequences.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many sequences counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class or the blank, or a number is outside its range.</exception>
    public static LossTally Evaluate<T>(Ctc loss, ReadOnlySpan<T> logits, int classCount, CtcTargets targets, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SequenceCalls.Ctc(loss, logits, classCount, targets, options, default, default, Wanted.Nothing);

    /// <summary>The loss of each sequence, times its weight.</summary>
    /// <param name="loss">Such as <c>new Ctc()</c>.</param>
    /// <param name="logits">Sequences of as many steps each, steps of <paramref name="classCount"/> logits, row-major.</param>
    /// <param name="classCount">The number of classes, the blank among them.</param>
    /// <param name="targets">The labels of each sequence, and how many steps it has.</param>
    /// <param name="losses">Receives a loss for each sequence, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of sequences.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class or the blank, or a number is outside its range.</exception>
    public static LossTally PerRow<T>(
        Ctc loss, ReadOnlySpan<T> logits, int classCount, CtcTargets targets, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SequenceCalls.Ctc(loss, logits, classCount, targets, options, default, losses, Wanted.Losses);

    /// <summary>The losses of all sequences, and the gradient of their mean with respect to the logits, in one call.</summary>
    /// <param name="loss">Such as <c>new Ctc()</c>.</param>
    /// <param name="logits">Sequences of as many steps each, steps of <paramref name="classCount"/> logits, row-major.</param>
    /// <param name="classCount">The number of classes, the blank among them.</param>
    /// <param name="targets">The labels of each sequence, and how many steps it has.</param>
    /// <param name="gradient">Receives the derivative by each logit; exactly the logits, or apart from them.</param>
    /// <param name="options">Weights and mask, of sequences.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the logits in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class or the blank, or a number is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        Ctc loss, ReadOnlySpan<T> logits, int classCount, CtcTargets targets, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SequenceCalls.Ctc(loss, logits, classCount, targets, options, gradient, default, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(Ctc, ReadOnlySpan{T}, int, CtcTargets, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        Ctc loss, ReadOnlySpan<T> logits, int classCount, CtcTargets targets, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SequenceCalls.Ctc(loss, logits, classCount, targets, options, gradient, default, Wanted.Gradient);
}
