using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Every element-wise loss over usual numbers, probabilities and corners: sums, gradients and single elements.</summary>
internal static class LossCases
{
    public static Hash Of<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Add(new SquaredError());
        Add(new HalfSquaredError());
        Add(new AbsoluteError());
        Add(new Huber(0.5));
        Add(new SmoothL1(0.5));
        Add(new LogCosh());
        Add(new Quantile(0.25));
        Add(new PercentageError());
        Add(new SquaredLogarithmicError());
        Add(new PoissonNll());
        Add(new PoissonNllFromLogRate());
        Add(new PoissonDeviance());
        Add(new GammaDeviance());
        Add(new TweedieDeviance(1.5));
        Add(new GaussianNll(0.5));
        Add(new BinaryCrossEntropy());
        Add(new BinaryCrossEntropyFromLogits(2, 0.25));
        Add(new SigmoidFocal(2));
        Add(new Hinge());
        Add(new SquaredHinge());
        Add(new SmoothedHinge());
        Add(new MarginRanking(0.5));
        Add(new SoftMargin());
        Add(new ExponentialLoss());
        Add(new KLDivergence());
        Add(new KLDivergenceLogTarget());
        Add(new JensenShannon());
        Add(new TotalVariation());
        Add(new WeightedSum<Huber, PoissonNllFromLogRate>(0.5, new(), 2, new()));
        AddLong(new Huber(0.5));
        return hash;

        void Add<TLoss>(TLoss loss)
            where TLoss : struct, IElementwiseLoss
        {
            Source source = new(11);
            foreach (int n in new[] { 0, 1, 15, 64, 65, 200, 513, 9000 })
            {
                T[] y = n % 2 == 0 ? source.Logits<T>(n) : Array.ConvertAll(source.Numbers<T>(n), T.Abs);
                T[] t = Array.ConvertAll(source.Logits<T>(n), v => T.Abs(v) / T.CreateTruncating(100));
                T[] written = new T[n];
                hash.Add(Loss.EvaluateWithGradient<TLoss, T>(loss, y, t, written));
                hash.Add<T>(written);
                hash.Add(Loss.PerElement<TLoss, T>(loss, y, t, written));
                hash.Add<T>(written);
            }
        }

        // Long enough for threads, with a weight for each element, and added to what stands there.
        void AddLong<TLoss>(TLoss loss)
            where TLoss : struct, IElementwiseLoss
        {
            Source source = new(12);
            T[] y = source.Numbers<T>(300_001), t = source.Numbers<T>(y.Length), written = [.. t];
            LossOptions<T> options = new() { Weights = Array.ConvertAll(y, T.Abs), Threads = threads, Accumulate = true };
            hash.Add(Loss.EvaluateWithGradient<TLoss, T>(loss, y, t, written, options));
            hash.Add<T>(written);
        }
    }
}
