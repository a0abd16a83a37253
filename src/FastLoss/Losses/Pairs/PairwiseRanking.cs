namespace FastLoss;

/// <summary>
/// A loss of pairs of scores that should be ranked: an element-wise loss of the difference d = first - second against a target t of 1
/// (the first should rank higher) or -1 (the second). <see cref="MarginRanking"/> makes it the margin ranking loss,
/// <see cref="SoftMargin"/> RankNet (Burges et al. 2005), <see cref="ExponentialLoss"/> RankBoost; a struct of your own works too.
/// <code>
/// LossTally loss = Loss.EvaluateWithGradient(new PairwiseRanking&lt;SoftMargin&gt;(), first, second, targets, firstGradient, secondGradient);
/// </code>
/// </summary>
/// <remarks>
/// One pass gives the loss and both gradients. The difference rounds once; beside that the error is the loss's own. NaN where a score
/// or target is NaN, or both scores are the same infinity. No call allocates. The same input gives the same bits on every machine.
/// </remarks>
/// <typeparam name="TLoss">The loss of the difference.</typeparam>
/// <param name="OfDifference">The loss of the difference with its parameters; its defaults when unset.</param>
public readonly record struct PairwiseRanking<TLoss>(TLoss OfDifference)
    where TLoss : struct, IElementwiseLoss;
