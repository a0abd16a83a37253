using System.Numerics;

namespace FastLoss;

/// <summary>
/// The scores of a linear classifier that are never all there: hidden states times the classes' weights, and a bias, of some rows at a
/// time. A language model's loss needs no logits [tokens, vocabulary] in memory with it, but those of <see cref="ChunkRows"/> tokens.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct LinearScores<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Of a row h, the score of class c is bias_c + sum_k h_k w_ck.</summary>
    /// <param name="hidden">Rows of <paramref name="features"/> hidden states, row-major.</param>
    /// <param name="features">The length of a row, at least 1.</param>
    /// <param name="weights">A row of <paramref name="features"/> weights for each class, as torch's Linear has them; one at least.</param>
    /// <param name="bias">A number for each class; empty for none. -infinity masks a class.</param>
    public LinearScores(ReadOnlySpan<T> hidden, int features, ReadOnlySpan<T> weights, ReadOnlySpan<T> bias = default)
    {
        Hidden = hidden;
        Features = features;
        Weights = weights;
        Bias = bias;
    }

    /// <summary>Rows of hidden states.</summary>
    public ReadOnlySpan<T> Hidden { get; }

    /// <summary>The length of a row.</summary>
    public int Features { get; }

    /// <summary>A row of weights for each class.</summary>
    public ReadOnlySpan<T> Weights { get; }

    /// <summary>A number for each class; empty for none.</summary>
    public ReadOnlySpan<T> Bias { get; }

    /// <summary>
    /// How many rows' scores exist at once; 0 for 256. The same bits come with any number: more cost memory, fewer time, because the gradient
    /// by the weights is read and written for each chunk.
    /// </summary>
    public int ChunkRows { get; init; }
}
