using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The cosine embedding loss of pairs of rows a and b: 1 - cos(a, b) where the label is 1 (alike), max(0, cos(a, b) - margin) where it
/// is -1 (different); cosine_embedding_loss of PyTorch.
/// </summary>
/// <remarks>
/// Computed in double, and of nearly parallel rows as |a / |a| - b / |b||^2 / 2, so that a float row's loss keeps its digits where
/// 1 - cos has none: within 2 ULP, or 1e-15 of 1 where cos(a, b) is below 1/2; within 1e-13 of 1 in double for up to a million
/// columns, and of alike rows at an angle d within 1e-13 / d relatively. Rows of any finite magnitude do: lengths neither overflow nor underflow.
/// A row of zeros has no direction: its cosine is 0 (loss 1, or max(0, -margin)) and both gradients are 0. The derivative where
/// cos = margin is 0. A row with NaN or an infinity gives NaN for that pair, never for a neighbour. No call allocates. The same input
/// gives the same bits on every machine.
/// </remarks>
public readonly record struct CosineEmbedding
{
    /// <param name="margin">What the cosine of a different pair may be, -1 to 1; 0 to 0.5 is usual, and 0 is the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin is not between -1 and 1.</exception>
    public CosineEmbedding(double margin = 0)
    {
        Guard.Between(margin, -1, 1);
        Margin = margin;
    }

    /// <summary>What the cosine of a different pair may be.</summary>
    public double Margin { get; }
}
