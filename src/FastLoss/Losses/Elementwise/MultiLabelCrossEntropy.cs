using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Binary cross-entropy from logits of rows of C labels, each present or not, with a weight w_c for the positives of each:
/// -w_c t ln p - (1 - t) ln(1 - p) of p = 1 / (1 + e^-y) against targets t in [0, 1]; t is first smoothed to t (1 - s) + s / 2. The mean
/// divides by the number of elements (binary_cross_entropy_with_logits of PyTorch with pos_weight). Derivative (1 - t) p - w_c t (1 - p). With
/// one weight for all: <see cref="BinaryCrossEntropyFromLogits"/>.
/// <code>
/// LossTally loss = Loss.EvaluateWithGradient(new MultiLabelCrossEntropy(), logits, targets, positiveWeights, gradient);
/// </code>
/// </summary>
/// <remarks>
/// Within 3 ULP at any logit, also where the loss is tiny. A term whose factor is 0 is 0; the derivative is always finite. NaN where y or t is.
/// No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct MultiLabelCrossEntropy
{
    /// <param name="labelSmoothing">s, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">labelSmoothing is outside its range.</exception>
    public MultiLabelCrossEntropy(double labelSmoothing = 0)
    {
        Guard.Between(labelSmoothing, 0, 1);
        LabelSmoothing = labelSmoothing;
    }

    /// <summary>s, how far targets are drawn towards one half.</summary>
    public double LabelSmoothing { get; }
}
