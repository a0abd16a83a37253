using System.Numerics;

namespace FastLoss.Digest;

/// <summary>The gradients by what losses compare with, and that of log-sum-exp.</summary>
internal static class TargetGradientCases
{
    public static Hash Of<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(29);
        foreach (int columns in new[] { 1, 7, 16, 33, 129, 513 })
        {
            T[] x = source.Logits<T>(5 * columns), t = source.Shares<T>(x.Length), weights = source.Shares<T>(5), gradient = new T[x.Length];
            LossOptions<T> options = new() { Weights = weights, Threads = threads };
            Loss.TargetGradient(new SoftmaxCrossEntropy { FocalGamma = 1.5, Softcap = 20 }, x, columns, gradient, options);
            hash.Add<T>(gradient);
            Loss.TargetGradient(new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, x, columns, gradient);
            hash.Add<T>(gradient);
            LogSumExp.Backward(x, columns, weights, gradient);
            hash.Add<T>(gradient);
            Add(new KLDivergence(), x, t, gradient, ref hash);
            Add(new KLDivergenceLogTarget(), x, x, gradient, ref hash);
            Add(new JensenShannon(), t, t, gradient, ref hash);
            Add(new BinaryCrossEntropy(positiveWeight: 3), t, t, gradient, ref hash);
            Add(new BinaryCrossEntropyFromLogits(positiveWeight: 3), x, t, gradient, ref hash);
            Add(new Huber(0.5), x, t, gradient, ref hash);
        }

        return hash;
    }

    private static void Add<TLoss, T>(TLoss loss, T[] y, T[] t, T[] gradient, ref Hash hash)
        where TLoss : struct, ITargetDifferentiableLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Loss.TargetGradient<TLoss, T>(loss, y, t, gradient);
        hash.Add<T>(gradient);
    }
}
