using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Every element-wise loss over usual numbers, probabilities and corners: sums, gradients and single elements.</summary>
internal static class LossCases
{
    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        T two = T.CreateTruncating(2), half = T.CreateTruncating(0.5);
        Add(new SquaredError<T>());
        Add(new HalfSquaredError<T>());
        Add(new AbsoluteError<T>());
        Add(new Huber<T>(half));
        Add(new SmoothL1<T>(half));
        Add(new LogCosh<T>());
        Add(new Quantile<T>(half / two));
        Add(new PercentageError<T>());
        Add(new SquaredLogarithmicError<T>());
        Add(new PoissonNll<T>());
        Add(new PoissonNllFromLogRate<T>());
        Add(new PoissonDeviance<T>());
        Add(new GammaDeviance<T>());
        Add(new TweedieDeviance<T>(T.One + half));
        Add(new GaussianNll<T>(half));
        Add(new BinaryCrossEntropy<T>());
        Add(new BinaryCrossEntropyFromLogits<T>(two, half / two));
        Add(new SigmoidFocal<T>(two));
        Add(new Hinge<T>());
        Add(new SquaredHinge<T>());
        Add(new SmoothedHinge<T>());
        Add(new MarginRanking<T>(half));
        Add(new SoftMargin<T>());
        Add(new ExponentialLoss<T>());
        Add(new KLDivergence<T>());
        Add(new KLDivergenceLogTarget<T>());
        Add(new JensenShannon<T>());
        Add(new TotalVariation<T>());
        return hash;

        void Add<TLoss>(TLoss loss)
            where TLoss : struct, IElementwiseLoss<T>
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
    }
}
