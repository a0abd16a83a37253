using System.Numerics;

namespace FastLoss;

/// <content>
/// Losses of scores that a linear classifier makes of hidden states, fused with its products: the scores exist for a chunk of rows at a
/// time (<see cref="LinearScores{T}.ChunkRows"/>), borrowed from the array pool, and the gradients by hidden states, weights and bias come from them at once.
/// </content>
public static partial class Loss
{
    /// <summary>The losses of all rows of a linear classifier's scores against the class of each.</summary>
    /// <typeparam name="TLoss">The loss.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TLabel">Any integer type: int, byte, long.</typeparam>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { ZLoss = 1e-4 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <returns>As the same loss of the scores themselves: the sum over the rows that count, their weight and number; <see cref="LossTally.Mean"/> is NaN when none counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static LossTally Evaluate<TLoss, T, TLabel>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<TLabel> labels, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LinearCalls.Labelled(loss, scores, labels, options, default, default, Wanted.Nothing);

    /// <summary>
    /// The losses of all rows of a linear classifier's scores against the class of each, and the gradients of their mean with respect to hidden states, weights and bias, in one call.
    /// </summary>
    /// <remarks>
    /// With g the gradient by the scores those are g W, g^T h and the sum of g's rows; every element is one chain of fused multiply-adds in ascending order of classes or rows, so that it has the same bits with any chunk, register
    /// and number of threads. With <see cref="MaskedRows.Zeros"/> and no Denominator the scores are made twice, for only they say which rows count.
    /// </remarks>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { ZLoss = 1e-4 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="gradients">Where the gradients go: <c>new(byHidden, byWeights, byBias)</c>; each apart from every other span. With Accumulate each begins its sum with what stands there.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T, TLabel>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<TLabel> labels, LinearGradients<T> gradients, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LinearCalls.Labelled(loss, scores, labels, options, gradients, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { ZLoss = 1e-4 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="gradients">Where the gradients go: <c>new(byHidden, byWeights, byBias)</c>; each apart from every other span. With Accumulate each begins its sum with what stands there.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static void Gradient<TLoss, T, TLabel>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<TLabel> labels, LinearGradients<T> gradients, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LinearCalls.Labelled(loss, scores, labels, options, gradients, default, Wanted.Gradient);

    /// <summary>The loss of each row of a linear classifier's scores against the class of each, times its weight; 0 for skipped rows.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { ZLoss = 1e-4 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="labels">The class of each row, 0 to C - 1; anything where the row is skipped.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class of a row that counts, or a parameter or option is outside its range.</exception>
    public static LossTally PerRow<TLoss, T, TLabel>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<TLabel> labels, Span<T> losses, LossOptions<T> options = default)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        LinearCalls.Labelled(loss, scores, labels, options, default, losses, Wanted.Losses);

    /// <summary>The losses of all rows of a linear classifier's scores against targets.</summary>
    /// <typeparam name="TLoss">The loss.</typeparam>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="targets">A target for each class of each row, row-major.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <returns>As the same loss of the scores themselves: the sum over the rows that count, their weight and number; <see cref="LossTally.Mean"/> is NaN when none counts.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally Evaluate<TLoss, T>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<T> targets, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LinearCalls.Targeted(loss, scores, targets, options, default, default, Wanted.Nothing);

    /// <summary>
    /// The losses of all rows of a linear classifier's scores against targets, and the gradients of their mean with respect to hidden states, weights and bias, in one call.
    /// </summary>
    /// <remarks>
    /// With g the gradient by the scores those are g W, g^T h and the sum of g's rows; every element is one chain of fused multiply-adds in ascending order of classes or rows, so that it has the same bits with any chunk, register
    /// and number of threads. With <see cref="MaskedRows.Zeros"/> and no Denominator the scores are made twice, for only they say which rows count.
    /// </remarks>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="targets">A target for each class of each row, row-major.</param>
    /// <param name="gradients">Where the gradients go: <c>new(byHidden, byWeights, byBias)</c>; each apart from every other span. With Accumulate each begins its sum with what stands there.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally EvaluateWithGradient<TLoss, T>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<T> targets, LinearGradients<T> gradients, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LinearCalls.Targeted(loss, scores, targets, options, gradients, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="targets">A target for each class of each row, row-major.</param>
    /// <param name="gradients">Where the gradients go: <c>new(byHidden, byWeights, byBias)</c>; each apart from every other span. With Accumulate each begins its sum with what stands there.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static void Gradient<TLoss, T>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<T> targets, LinearGradients<T> gradients, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LinearCalls.Targeted(loss, scores, targets, options, gradients, default, Wanted.Gradient);

    /// <summary>The loss of each row of a linear classifier's scores against targets, times its weight; 0 for skipped rows.</summary>
    /// <param name="loss">Such as <c>new SoftmaxCrossEntropy { Temperature = 2 }</c>.</param>
    /// <param name="scores">Hidden states, weights and bias: <c>new(hidden, features, weights, bias)</c>.</param>
    /// <param name="targets">A target for each class of each row, row-major.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Which rows count and by how much, and how the call runs. Rows that do not count are not multiplied at all.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter or option is outside its range.</exception>
    public static LossTally PerRow<TLoss, T>(
        TLoss loss, LinearScores<T> scores, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LinearCalls.Targeted(loss, scores, targets, options, default, losses, Wanted.Losses);
}
