using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Every loss of rows, with every kind of option, gives on threads the bits it gives on one.</summary>
[Collection(nameof(Alone))]
public class RowThreadTests
{
    private const int Classes = 37, Rows = 8001; // above the length from which threads are used

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0.1, 0, false)]
    [InlineData(0, 2, true)]
    [InlineData(0.1, 1.5, true)]
    public void CrossEntropyWithOptions(double smoothing, double gamma, bool isCapped)
    {
        SoftmaxCrossEntropy loss = new()
        {
            LabelSmoothing = smoothing,
            FocalGamma = gamma,
            Softcap = isCapped ? 20 : null,
            Temperature = isCapped ? 1.5 : 1,
            ZLoss = isCapped ? 1e-3 : 0,
        };
        Labelled<SoftmaxCrossEntropy, float>(loss, hasClassWeights: true);
        Labelled<SoftmaxCrossEntropy, double>(loss, hasClassWeights: true);
        Targeted<SoftmaxCrossEntropy, float>(loss, hasClassWeights: true);
    }

    [Fact]
    public void OtherLossesOfRows()
    {
        Labelled<NegativeLogLikelihood, float>(default, hasClassWeights: true);
        Labelled<MultiClassHinge, float>(new(), hasClassWeights: true);
        Labelled<BrierScore, float>(default, hasClassWeights: false);
        Targeted<BrierScore, double>(default, hasClassWeights: false);
        Targeted<SoftDice, float>(new(), hasClassWeights: false);
        Targeted<SoftJaccard, float>(new(), hasClassWeights: false);
    }

    [Fact]
    public void LossesOfPairs()
    {
        float[] a = Numbers<float>(1), b = Numbers<float>(2), c = Numbers<float>(3);
        int[] signs = [.. Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? 1 : -1)];
        float[][] expected = [new float[a.Length], new float[a.Length], new float[a.Length]];
        float[][] actual = [new float[a.Length], new float[a.Length], new float[a.Length]];
        LossTally one = Loss.EvaluateWithGradient<float>(new CosineEmbedding(), a, b, Classes, signs, expected[0], expected[1]);
        LossTally four = Loss.EvaluateWithGradient<float>(new CosineEmbedding(), a, b, Classes, signs, actual[0], actual[1], new() { Threads = 4 });
        Assert.Equal(one, four);
        Close.Same<float>(expected[0], actual[0], "cosine by a");
        Close.Same<float>(expected[1], actual[1], "cosine by b");
        TripletGradients<float> serial = new(expected[0], expected[1], expected[2]);
        TripletGradients<float> parallel = new(actual[0], actual[1], actual[2]);
        one = Loss.EvaluateWithGradient<float>(new TripletMargin(), a, b, c, Classes, serial);
        four = Loss.EvaluateWithGradient<float>(new TripletMargin(), a, b, c, Classes, parallel, new() { Threads = 4 });
        Assert.Equal(one, four);
        for (int i = 0; i < 3; i++) Close.Same<float>(expected[i], actual[i], $"triplet's gradient {i}");
        int n = 601;
        float[] square = [.. a.Concat(b).Take(n * n)];
        int[] positives = [.. Enumerable.Range(0, n).Select(i => i % 7 == 0 ? -1 : (i + 1) % n)];
        float[] first = new float[square.Length], second = new float[square.Length];
        one = Loss.EvaluateWithGradient<float>(new NTXent(0.5), square, positives, first);
        four = Loss.EvaluateWithGradient<float>(new NTXent(0.5), square, positives, second, new() { Threads = 3 });
        Assert.Equal(one, four);
        Close.Same<float>(first, second, "contrastive");
    }

    private static void Labelled<TLoss, T>(TLoss loss, bool hasClassWeights)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Numbers<T>(5), weights = Weights<T>(Rows), classWeights = hasClassWeights ? Weights<T>(Classes) : [];
        long[] labels = [.. Enumerable.Range(0, Rows).Select(r => r % 11 == 0 ? -100L : (r * 7) % Classes)];
        T[] expected = new T[x.Length], actual = new T[x.Length];
        foreach (int threads in new[] { 2, 5 })
        {
            foreach (bool adds in new[] { false, true })
            {
                LossOptions<T> options = new() { Weights = weights, ClassWeights = classWeights, IgnoreLabel = -100, Accumulate = adds };
                LossOptions<T> shared = new() { Weights = weights, ClassWeights = classWeights, IgnoreLabel = -100, Accumulate = adds, Threads = threads };
                LossTally one = Loss.EvaluateWithGradient<TLoss, T, long>(loss, x, Classes, labels, expected, options);
                Assert.Equal(one, Loss.EvaluateWithGradient<TLoss, T, long>(loss, x, Classes, labels, actual, shared));
                Close.Same<T>(expected, actual, $"{loss} on {threads} threads, added {adds}");
                if (!adds) Assert.Equal(one, Loss.Evaluate<TLoss, T, long>(loss, x, Classes, labels, shared));
            }
        }
    }

    private static void Targeted<TLoss, T>(TLoss loss, bool hasClassWeights)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Numbers<T>(6), targets = [.. Numbers<T>(7).Select(v => T.Abs(v) / T.CreateTruncating(10))];
        T[] weights = Weights<T>(Rows), classWeights = hasClassWeights ? Weights<T>(Classes) : [];
        bool[] mask = [.. Enumerable.Range(0, Rows).Select(r => r % 5 != 0)];
        T[] expected = new T[x.Length], actual = new T[x.Length];
        LossTally one = Loss.EvaluateWithGradient<TLoss, T>(
            loss, x, Classes, targets, expected, new() { Weights = weights, ClassWeights = classWeights, Mask = mask });
        LossTally four = Loss.EvaluateWithGradient<TLoss, T>(
            loss, x, Classes, targets, actual, new() { Weights = weights, ClassWeights = classWeights, Mask = mask, Threads = 4 });
        Assert.Equal(one, four);
        Close.Same<T>(expected, actual, $"{loss} with targets on threads");
    }

    private static T[] Numbers<T>(int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows * Classes).Select(_ => T.CreateTruncating((random.NextDouble() - 0.5) * 8))];
    }

    private static T[] Weights<T>(int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(i => i % 13 == 5 ? T.Zero : T.CreateTruncating(random.NextDouble() + 0.1))];
    }
}
