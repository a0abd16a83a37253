using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <content>Contrastive losses of embeddings: their similarities are products, made and used a block of rows at a time.</content>
public static partial class Loss
{
    /// <summary>The losses of all pairs of the similarities s = e f^T of two matrices of embeddings, of which a block of rows is made at a time.</summary>
    /// <param name="loss">Such as <c>new SigLip(Scale: 10, Bias: -10)</c>.</param>
    /// <param name="first">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="second">Rows f, as many: row i matches row i of e.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>The tally of the similarities' own call: as if they had been given.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, the scale, the bias or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(SigLip loss, ReadOnlySpan<T> first, ReadOnlySpan<T> second, int columns, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Sigmoid(loss, new Embeddings<T>(first, second, columns), options, default, Wanted.Nothing);

    /// <summary>The loss of each pair of the similarities of two matrices of embeddings, times its weight.</summary>
    /// <param name="loss">Such as <c>new SigLip(Scale: 10, Bias: -10)</c>.</param>
    /// <param name="first">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="second">Rows f, as many: row i matches row i of e.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        SigLip loss, ReadOnlySpan<T> first, ReadOnlySpan<T> second, int columns, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Sigmoid(loss, new Embeddings<T>(first, second, columns), options, losses, Wanted.Losses);

    /// <summary>The losses of all pairs of the similarities of two matrices of embeddings, and the gradients of their mean with respect to both, in one call.</summary>
    /// <param name="loss">Such as <c>new SigLip(Scale: 10, Bias: -10)</c>.</param>
    /// <param name="first">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="second">Rows f, as many: row i matches row i of e.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="firstGradient">Receives the derivative by each element of e, g f of the gradient g by s; apart from every other span.</param>
    /// <param name="secondGradient">Receives that by each element of f, g^T e, likewise.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        SigLip loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Sigmoid(
            loss, new Embeddings<T>(first, second, columns) { FirstGradient = firstGradient, SecondGradient = secondGradient }, options, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(SigLip, ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        SigLip loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, first, second, columns, firstGradient, secondGradient, options);

    /// <summary>The losses of all pairs of the similarities s = e f^T of two matrices of embeddings, which are made whole, for columns need every row.</summary>
    /// <param name="loss">Such as <c>new ClipLoss(0.07)</c>.</param>
    /// <param name="first">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="second">Rows f, as many: row i matches row i of e.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>The tally of the similarities' own call: as if they had been given.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, the temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(ClipLoss loss, ReadOnlySpan<T> first, ReadOnlySpan<T> second, int columns, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Symmetric(loss, new Embeddings<T>(first, second, columns), options, default, Wanted.Nothing);

    /// <summary>The loss of each pair of the similarities of two matrices of embeddings, times its weight.</summary>
    /// <param name="loss">Such as <c>new ClipLoss(0.07)</c>.</param>
    /// <param name="first">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="second">Rows f, as many: row i matches row i of e.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="losses">Receives a loss for each pair, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        ClipLoss loss, ReadOnlySpan<T> first, ReadOnlySpan<T> second, int columns, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Symmetric(loss, new Embeddings<T>(first, second, columns), options, losses, Wanted.Losses);

    /// <summary>The losses of all pairs of the similarities of two matrices of embeddings, and the gradients of their mean with respect to both, in one call.</summary>
    /// <param name="loss">Such as <c>new ClipLoss(0.07)</c>.</param>
    /// <param name="first">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="second">Rows f, as many: row i matches row i of e.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="firstGradient">Receives the derivative by each element of e, g f of the gradient g by s; apart from every other span.</param>
    /// <param name="secondGradient">Receives that by each element of f, g^T e, likewise.</param>
    /// <param name="options">Weights and mask, of pairs.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        ClipLoss loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Symmetric(
            loss, new Embeddings<T>(first, second, columns) { FirstGradient = firstGradient, SecondGradient = secondGradient }, options, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(ClipLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, int, Span{T}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        ClipLoss loss,
        ReadOnlySpan<T> first,
        ReadOnlySpan<T> second,
        int columns,
        Span<T> firstGradient,
        Span<T> secondGradient,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, first, second, columns, firstGradient, secondGradient, options);

    /// <summary>The losses of all rows of the similarities s = e e^T of a matrix of embeddings, of which a block of rows is made at a time.</summary>
    /// <param name="loss">Such as <c>new SupCon(0.1)</c>.</param>
    /// <param name="embeddings">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="labels">Any number for each row; rows with the same are each other's positives.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>The tally of the similarities' own call: as if they had been given.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, the temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(SupCon loss, ReadOnlySpan<T> embeddings, int columns, ReadOnlySpan<int> labels, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Supervised(loss, new Embeddings<T>(embeddings, embeddings, columns), labels, options, default, Wanted.Nothing);

    /// <summary>The loss of each row of the similarities of a matrix of embeddings, times its weight.</summary>
    /// <param name="loss">Such as <c>new SupCon(0.1)</c>.</param>
    /// <param name="embeddings">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="labels">Any number for each row; rows with the same are each other's positives.</param>
    /// <param name="losses">Receives a loss for each row, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        SupCon loss, ReadOnlySpan<T> embeddings, int columns, ReadOnlySpan<int> labels, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Supervised(loss, new Embeddings<T>(embeddings, embeddings, columns), labels, options, losses, Wanted.Losses);

    /// <summary>The losses of all rows of the similarities of a matrix of embeddings, and the gradient of their mean with respect to it, in one call.</summary>
    /// <param name="loss">Such as <c>new SupCon(0.1)</c>.</param>
    /// <param name="embeddings">Rows e of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="labels">Any number for each row; rows with the same are each other's positives.</param>
    /// <param name="gradient">Receives the derivative by each element of e, (g + g^T) e of the gradient g by s; apart from every other span.</param>
    /// <param name="options">Weights and mask, of rows.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        SupCon loss, ReadOnlySpan<T> embeddings, int columns, ReadOnlySpan<int> labels, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Supervised(loss, new Embeddings<T>(embeddings, embeddings, columns) { FirstGradient = gradient }, labels, options, default, Wanted.Gradient);

    /// <summary>The gradient of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(SupCon, ReadOnlySpan{T}, int, ReadOnlySpan{int}, Span{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        SupCon loss, ReadOnlySpan<T> embeddings, int columns, ReadOnlySpan<int> labels, Span<T> gradient, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, embeddings, columns, labels, gradient, options);

    /// <summary>The losses of all queries by their products with a positive and negatives, of which a block of rows is made at a time.</summary>
    /// <param name="loss">Such as <c>new InfoNCE(0.1)</c>; it says whether each query has negatives of its own.</param>
    /// <param name="queries">Rows q of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="positives">Rows p, as many: row i is the positive of query i.</param>
    /// <param name="negatives">Rows n: any number for all queries, or as many for each, one query's after the other's.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="options">Weights and mask, of queries.</param>
    /// <returns>The tally of the similarities' own call: as if they had been given.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or an option is of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">columns, the temperature or an option is outside its range.</exception>
    public static LossTally Evaluate<T>(
        InfoNCE loss, ReadOnlySpan<T> queries, ReadOnlySpan<T> positives, ReadOnlySpan<T> negatives, int columns, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Explicit(loss, new Queries<T>(queries, positives, negatives, columns), options, default, Wanted.Nothing);

    /// <summary>The loss of each query, times its weight.</summary>
    /// <param name="loss">Such as <c>new InfoNCE(0.1)</c>; it says whether each query has negatives of its own.</param>
    /// <param name="queries">Rows q of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="positives">Rows p, as many: row i is the positive of query i.</param>
    /// <param name="negatives">Rows n: any number for all queries, or as many for each, one query's after the other's.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="losses">Receives a loss for each query, 0 where it does not count; apart from every other span.</param>
    /// <param name="options">Weights and mask, of queries.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, an option is refused, or the losses overlap another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally PerRow<T>(
        InfoNCE loss, ReadOnlySpan<T> queries, ReadOnlySpan<T> positives, ReadOnlySpan<T> negatives, int columns, Span<T> losses, LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Explicit(loss, new Queries<T>(queries, positives, negatives, columns), options, losses, Wanted.Losses);

    /// <summary>The losses of all queries, and the gradients of their mean with respect to queries, positives and negatives, in one call.</summary>
    /// <param name="loss">Such as <c>new InfoNCE(0.1)</c>; it says whether each query has negatives of its own.</param>
    /// <param name="queries">Rows q of <paramref name="columns"/> elements, row-major; divide each by its length for cosines.</param>
    /// <param name="positives">Rows p, as many: row i is the positive of query i.</param>
    /// <param name="negatives">Rows n: any number for all queries, or as many for each, one query's after the other's.</param>
    /// <param name="columns">The length of a row, at least 1.</param>
    /// <param name="gradients">Where the gradients go, by queries, positives and negatives: <c>new(byQueries, byPositives, byNegatives)</c>; each apart from every other span.</param>
    /// <param name="options">Weights and mask, of queries.</param>
    /// <returns>As Evaluate, bit for bit.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a gradient overlaps another span.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LossTally EvaluateWithGradient<T>(
        InfoNCE loss,
        ReadOnlySpan<T> queries,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        TripletGradients<T> gradients,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EmbeddingCalls.Explicit(loss, new Queries<T>(queries, positives, negatives, columns) { Gradients = gradients }, options, default, Wanted.Gradient);

    /// <summary>The gradients of the mean alone, with the bits of EvaluateWithGradient.</summary>
    /// <inheritdoc cref="EvaluateWithGradient{T}(InfoNCE, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, int, TripletGradients{T}, LossOptions{T})" path="/param"/>
    public static void Gradient<T>(
        InfoNCE loss,
        ReadOnlySpan<T> queries,
        ReadOnlySpan<T> positives,
        ReadOnlySpan<T> negatives,
        int columns,
        TripletGradients<T> gradients,
        LossOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        EvaluateWithGradient(loss, queries, positives, negatives, columns, gradients, options);
}
