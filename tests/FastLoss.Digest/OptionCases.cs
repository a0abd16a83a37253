using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Softmax cross-entropy with all combinations of its options, against labels and soft targets, and the negative log-likelihood.</summary>
internal static class OptionCases
{
    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(31);
        foreach (int classCount in new[] { 1, 3, 10, 33, 200, 2100 })
        {
            int rows = classCount > 1000 ? 2 : 5;
            T[] x = source.Logits<T>(classCount * rows), targets = source.Shares<T>(x.Length), gradient = new T[x.Length], losses = new T[rows];
            T[] classWeights = source.Shares<T>(classCount), rowWeights = source.Shares<T>(rows);
            int[] labels = source.Labels(rows, classCount);
            labels[^1] = -100;
            for (int kind = 0; kind < 256; kind += classCount > 100 ? 7 : 1)
            {
                SoftmaxCrossEntropy loss = LossOf(kind);
                LossOptions<T> options = Make(kind, classWeights, rowWeights, -100);
                hash.Add(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(loss, x, classCount, labels, gradient, options));
                hash.Add<T>(gradient);
                Loss.Evaluate<T, int>(loss, x, classCount, labels, options, out LossTally zLoss);
                hash.Add(zLoss);
                hash.Add(Loss.PerRow<SoftmaxCrossEntropy, T, int>(loss, x, classCount, labels, losses, options));
                hash.Add<T>(losses);
                hash.Add(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T>(loss, x, classCount, targets, gradient, Make(kind, classWeights, rowWeights, null)));
                hash.Add<T>(gradient);
            }

            LossOptions<T> weighed = Make(3, classWeights, rowWeights, -100);
            LogSoftmax.Compute<T>(x, classCount, x);
            hash.Add(Loss.EvaluateWithGradient<NegativeLogLikelihood, T, int>(new(), x, classCount, labels, gradient, weighed));
            hash.Add<T>(gradient);
            hash.Add(Loss.PerRow<NegativeLogLikelihood, T, int>(new(), x, classCount, labels, losses, weighed));
            hash.Add<T>(losses);
        }

        return hash;
    }

    /// <summary>A bit for each option.</summary>
    private static LossOptions<T> Make<T>(int kind, T[] classWeights, T[] rowWeights, long? ignored)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            IgnoreLabel = ignored,
            ClassWeights = (kind & 1) != 0 ? classWeights : [],
            Weights = (kind & 2) != 0 ? rowWeights : [],
            Denominator = (kind & 128) != 0 ? 7 : null,
        };

    private static SoftmaxCrossEntropy LossOf(int kind) => new()
    {
        LabelSmoothing = (kind & 4) != 0 ? 0.1 : 0,
        Temperature = (kind & 8) != 0 ? 2 : 1,
        Softcap = (kind & 16) != 0 ? 2.5 : null,
        ZLoss = (kind & 32) != 0 ? 0.01 : 0,
        FocalGamma = (kind & 64) != 0 ? (kind & 4) != 0 ? 1.5 : 2 : 0,
    };
}
