namespace FastLoss.Cli.Comparing;

/// <summary>
/// McNemar's exact test (1947) of two classifiers on the same images. Those on which both are right or both wrong say nothing of which is better; of the others each is as likely to have one as
/// the other where neither is, and how many it has is as with a fair coin.
/// </summary>
/// <param name="First">Images on which the first alone is right.</param>
/// <param name="Second">Images on which the second alone is right.</param>
internal readonly record struct PairedTest(int First, int Second)
{
    public static PairedTest Of(Trial first, Trial second) => new(
        first.Right.Zip(second.Right).Count(r => r.First && !r.Second), first.Right.Zip(second.Right).Count(r => r.Second && !r.First));

    /// <summary>How likely a fair coin falls at least as unequally, to either side.</summary>
    public double Probability
    {
        get
        {
            int n = First + Second, least = Math.Min(First, Second);

            // n over i, from i to i + 1 times (n - i) / (i + 1), over 2^n.
            double logarithm = -n * Math.Log(2), sum = 0;
            for (int i = 0; i <= least; i++)
            {
                sum += Math.Exp(logarithm);
                logarithm += Math.Log((double)(n - i) / (i + 1));
            }

            return Math.Min(1, 2 * sum);
        }
    }

    public bool MayBeChance => Probability > 0.05;
}
