using System.Numerics;

namespace FastLoss;

/// <content>Contrastive losses of matrices of similarities.</content>
public static partial class Loss
{
    /// <summary>The losses of all pairs of a matrix of similarities.</summary>
    /// <param name="loss">Such as <c>new SigLip(Scale: 10, Bias: -10)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal holds the matching pairs.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and the number of pairs that count; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale, the bias or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(SigLip loss, ReadOnlySpan<T> similarities, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Sigmoid(loss, similarities, options, default, Wanted.Nothing);

    /// <summary>The loss of each pair of a matrix of similarities, times its weight.</summary>
    /// <param name="loss">Such as <c>new SigLip(Scale: 10, Bias: -10)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal holds the matching pairs.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(SigLip loss, ReadOnlySpan<T> similarities, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Sigmoid(loss, similarities, options, losses, Wanted.Losses);

    /// <summary>The losses of all pairs of a matrix of similarities, and the gradient of their mean with respect to it, in one call.</summary>
    /// <param name="loss">Such as <c>new SigLip(Scale: 10, Bias: -10)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal holds the matching pairs.</param>
    /// <param name="gradient">As long as the similarities; exactly them, or apart from them. 0 in pairs that do not count.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the similarities in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(SigLip loss, ReadOnlySpan<T> similarities, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Sigmoid(loss, similarities, options, gradient, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(SigLip, ReadOnlySpan{T}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(SigLip loss, ReadOnlySpan<T> similarities, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Sigmoid(loss, similarities, options, gradient, Wanted.Gradient);

    /// <summary>The losses of all pairs of a matrix of similarities.</summary>
    /// <param name="loss">Such as <c>new ClipLoss(0.07)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal holds the matching pairs.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and the number of pairs that count; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(ClipLoss loss, ReadOnlySpan<T> similarities, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Symmetric(loss, similarities, options, default, Wanted.Nothing);

    /// <summary>The loss of each pair of a matrix of similarities, times its weight.</summary>
    /// <param name="loss">Such as <c>new ClipLoss(0.07)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal holds the matching pairs.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(ClipLoss loss, ReadOnlySpan<T> similarities, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Symmetric(loss, similarities, options, losses, Wanted.Losses);

    /// <summary>The losses of all pairs of a matrix of similarities, and the gradient of their mean with respect to it, in one call.</summary>
    /// <param name="loss">Such as <c>new ClipLoss(0.07)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal holds the matching pairs.</param>
    /// <param name="gradient">As long as the similarities; exactly them, or apart from them. 0 in pairs that do not count.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the similarities in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(ClipLoss loss, ReadOnlySpan<T> similarities, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Symmetric(loss, similarities, options, gradient, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(ClipLoss, ReadOnlySpan{T}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(ClipLoss loss, ReadOnlySpan<T> similarities, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Symmetric(loss, similarities, options, gradient, Wanted.Gradient);

    /// <summary>The losses of all rows of a matrix of similarities.</summary>
    /// <param name="loss">Such as <c>new SupCon(0.1)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="labels">Any number for each row; rows with the same are each other's positives.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and the number of rows that count and have a positive; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The matrix is not square with a row for each label, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(SupCon loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> labels, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Supervised(loss, similarities, labels, options, default, Wanted.Nothing);

    /// <summary>The loss of each row of a matrix of similarities, times its weight.</summary>
    /// <param name="loss">Such as <c>new SupCon(0.1)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="labels">Any number for each row; rows with the same are each other's positives.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(SupCon loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> labels, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Supervised(loss, similarities, labels, options, losses, Wanted.Losses);

    /// <summary>The losses of all rows of a matrix of similarities, and the gradient of their mean with respect to it, in one call.</summary>
    /// <param name="loss">Such as <c>new SupCon(0.1)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="labels">Any number for each row; rows with the same are each other's positives.</param>
    /// <param name="gradient">As long as the similarities; exactly them, or apart from them. 0 in rows that do not count, and on the diagonal.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the similarities in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(SupCon loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> labels, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Supervised(loss, similarities, labels, options, gradient, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(SupCon, ReadOnlySpan{T}, ReadOnlySpan{int}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(SupCon loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> labels, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Supervised(loss, similarities, labels, options, gradient, Wanted.Gradient);

    /// <summary>The losses of all rows of a matrix of similarities.</summary>
    /// <param name="loss">Such as <c>new InfoNCE(0.1)</c>.</param>
    /// <param name="similarities">Rows of <paramref name="columns"/>: that to the positive, then those to the negatives.</param>
    /// <param name="columns">The length of a row, at least 1: the number of negatives and one.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and the number of rows that count; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">The similarities are not whole rows, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The columns, the temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(InfoNCE loss, ReadOnlySpan<T> similarities, int columns, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Explicit(loss, similarities, columns, options, default, Wanted.Nothing);

    /// <summary>The loss of each row of a matrix of similarities, times its weight.</summary>
    /// <param name="loss">Such as <c>new InfoNCE(0.1)</c>.</param>
    /// <param name="similarities">Rows of <paramref name="columns"/>: that to the positive, then those to the negatives.</param>
    /// <param name="columns">The length of a row, at least 1: the number of negatives and one.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(InfoNCE loss, ReadOnlySpan<T> similarities, int columns, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Explicit(loss, similarities, columns, options, losses, Wanted.Losses);

    /// <summary>The losses of all rows of a matrix of similarities, and the gradient of their mean with respect to it, in one call.</summary>
    /// <param name="loss">Such as <c>new InfoNCE(0.1)</c>.</param>
    /// <param name="similarities">Rows of <paramref name="columns"/>: that to the positive, then those to the negatives.</param>
    /// <param name="columns">The length of a row, at least 1: the number of negatives and one.</param>
    /// <param name="gradient">As long as the similarities; exactly them, or apart from them. 0 in rows that do not count.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the similarities in part, or another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(InfoNCE loss, ReadOnlySpan<T> similarities, int columns, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Explicit(loss, similarities, columns, options, gradient, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(InfoNCE, ReadOnlySpan{T}, int, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(InfoNCE loss, ReadOnlySpan<T> similarities, int columns, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ContrastiveCalls.Explicit(loss, similarities, columns, options, gradient, Wanted.Gradient);
}
