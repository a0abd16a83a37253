using System.Numerics;

namespace FastLoss;

/// <content>Losses of pairs, triplets and similarities of rows.</content>
public static partial class Loss
{
    /// <summary>The losses of all pairs of rows.</summary>
    /// <param name="loss">Such as <c>new CosineEmbedding(margin: 0.5)</c>.</param>
    /// <param name="first">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="second">Rows b, as many.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="labels">1 (alike) or -1 (different) for each pair.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many pairs counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not 1 or -1, or columns or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(
        CosineEmbedding loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        ReadOnlySpan<int> labels,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Cosine(loss, first, second, columns, labels, options, default, default, default, Wanted.Nothing);

    /// <summary>The loss of each pair of rows, times its weight.</summary>
    /// <param name="loss">Such as <c>new CosineEmbedding(margin: 0.5)</c>.</param>
    /// <param name="first">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="second">Rows b, as many.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="labels">1 (alike) or -1 (different) for each pair.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither 1 nor -1, or a parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        CosineEmbedding loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        ReadOnlySpan<int> labels,
        Span<T> losses,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Cosine(loss, first, second, columns, labels, options, default, default, losses, Wanted.Losses);

    /// <summary>The losses of all pairs of rows, and the gradients of their mean with respect to both, in one call.</summary>
    /// <param name="loss">Such as <c>new CosineEmbedding(margin: 0.5)</c>.</param>
    /// <param name="first">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="second">Rows b, as many.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="labels">1 (alike) or -1 (different) for each pair.</param>
    /// <param name="firstGradient">Receives the derivative by each element of a; exactly an input's rows, or apart from both.</param>
    /// <param name="secondGradient">Receives the derivative by each element of b, likewise; empty when it is not wanted.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps an input in part, or another span.</exception>
    public static LossTally EvaluateWithGradient<T>(
        CosineEmbedding loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        ReadOnlySpan<int> labels,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Cosine(loss, first, second, columns, labels, options, firstGradient, secondGradient, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(CosineEmbedding, ReadOnlySpan{T}, ReadOnlySpan{T}, int, ReadOnlySpan{int}, Span{T}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        CosineEmbedding loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        ReadOnlySpan<int> labels,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Cosine(loss, first, second, columns, labels, options, firstGradient, secondGradient, default, Wanted.Gradient);

    /// <summary>The losses of all triplets of rows.</summary>
    /// <param name="loss">Such as <c>new TripletMargin(margin: 1)</c>.</param>
    /// <param name="anchors">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="positives">Rows p, as many.</param>
    /// <param name="negatives">Rows n, as many.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>The sum of loss * weight, the sum of weights, and how many rows counted; the mean is NaN when none did.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(
        TripletMargin loss,
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Triplet(loss, anchors, positives, negatives, columns, options, default, default, Wanted.Nothing);

    /// <summary>The loss of each triplet of rows, times its weight.</summary>
    /// <param name="loss">Such as <c>new TripletMargin(margin: 1)</c>.</param>
    /// <param name="anchors">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="positives">Rows p, as many.</param>
    /// <param name="negatives">Rows n, as many.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        TripletMargin loss,
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        Span<T> losses,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Triplet(loss, anchors, positives, negatives, columns, options, default, losses, Wanted.Losses);

    /// <summary>The losses of all triplets of rows, and the gradients of their mean with respect to all three, in one call.</summary>
    /// <param name="loss">Such as <c>new TripletMargin(margin: 1)</c>.</param>
    /// <param name="anchors">Rows a of <paramref name="columns"/> elements, row-major.</param>
    /// <param name="positives">Rows p, as many.</param>
    /// <param name="negatives">Rows n, as many.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="gradients">Where the gradients go: <c>new(byAnchors, byPositives, byNegatives)</c>.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps an input in part, or another span.</exception>
    public static LossTally EvaluateWithGradient<T>(
        TripletMargin loss,
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        TripletGradients<T> gradients,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Triplet(loss, anchors, positives, negatives, columns, options, gradients, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(TripletMargin, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, int, TripletGradients{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        TripletMargin loss,
        ReadOnlySpan<T> anchors,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        TripletGradients<T> gradients,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Triplet(loss, anchors, positives, negatives, columns, options, gradients, default, Wanted.Gradient);

    /// <summary>The losses of all rows of a matrix of similarities.</summary>
    /// <param name="loss">Such as <c>new NTXent(0.1)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="positives">The column of each row's positive, another than the row's own; -1 for a row without one, which is skipped.</param>
    /// <param name="options">A mask of rows; weights are refused.</param>
    /// <returns>The sum over the rows that have a positive and count, and their number as weight; the mean is NaN when there is none.</returns>
    /// <exception cref="ArgumentException">The matrix is not square with a row for each positive, or an option is not of this loss.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive is no column, or its row's own; the temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(
        NTXent loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Contrastive(loss, similarities, positives, options, default, Wanted.Nothing);

    /// <summary>The loss of each row of a matrix of similarities; 0 for a row without a positive.</summary>
    /// <param name="loss">Such as <c>new NTXent(0.1)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="positives">The column of each row's positive; -1 for a row without one.</param>
    /// <param name="losses">Receives a loss for each row; apart from every other span.</param>
    /// <param name="options">A mask of rows; weights are refused.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A positive or a parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        NTXent loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Contrastive(loss, similarities, positives, options, losses, Wanted.Losses);

    /// <summary>The losses of all rows of a matrix of similarities, and the gradient of their mean with respect to it, in one call.</summary>
    /// <param name="loss">Such as <c>new NTXent(0.1)</c>.</param>
    /// <param name="similarities">s, n rows of n; the diagonal is not read.</param>
    /// <param name="positives">The column of each row's positive; -1 for a row without one.</param>
    /// <param name="gradient">As long as the similarities; exactly them, or apart from them. 0 on the diagonal and in skipped rows.</param>
    /// <param name="options">A mask of rows; weights are refused.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps the similarities in part, or another span.</exception>
    public static LossTally EvaluateWithGradient<T>(
        NTXent loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Contrastive(loss, similarities, positives, options, gradient, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(NTXent, ReadOnlySpan{T}, ReadOnlySpan{int}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        NTXent loss, ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PairCalls.Contrastive(loss, similarities, positives, options, gradient, Wanted.Gradient);
}
