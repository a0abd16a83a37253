using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What the cross-entropy of a language model is reported as, from the tally of its loss in nats, without z-loss.</summary>
/// <remarks>Add the tallies of all batches first: the perplexity of the whole is not the mean of the parts'. The same bits on every machine.</remarks>
public static class Perplexity
{
    /// <summary>e^mean: among how many equally likely tokens the model is as unsure. NaN when nothing was counted, +infinity from a mean of 709.8 on.</summary>
    public static double Of(LossTally loss) => ScalarMath.Exp(loss.Mean);

    /// <summary>sum / (ln 2 * bytes): how far the model compresses the text, whatever its tokens are.</summary>
    /// <param name="loss">The loss of all tokens of the text.</param>
    /// <param name="byteCount">The text's length in bytes; 0 gives NaN for no loss.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bytes is negative.</exception>
    public static double BitsPerByte(LossTally loss, long byteCount)
    {
        if (byteCount < 0) Throw.BelowMinimum(nameof(byteCount), byteCount, 0);
        return loss.Sum / (0.69314718055994530942 * byteCount);
    }
}
