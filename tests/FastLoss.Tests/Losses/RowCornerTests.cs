using System.Numerics;
using FastLoss.Tests.Activations;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Rows, weights and denominators at the ends of their types' ranges.</summary>
public class RowCornerTests
{
    [Theory]
    [InlineData(69f)]
    [InlineData(63f)]
    [InlineData(66.5f)]
    [InlineData(80f)]
    public void GradientsOfLargeLogitsInLargeBatches(float top)
    {
        const int Rows = 10_000;
        foreach (int n in new[] { 2, 17, 33, 100 })
        {
            float[] x = new float[Rows * n], g = new float[x.Length];
            for (int i = 0; i < x.Length; i++) x[i] = i % n == 0 ? top : top - 1;
            double[] expected = Reference.CrossEntropyGradient(Reference.Widen<float>(x.AsSpan(0, n)), 0);
            for (int c = 0; c < n; c++) expected[c] /= Rows;
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, n, new int[Rows], g);
            Close.Relative<float>(expected, g.AsSpan(0, n), 2e-6, $"{n} classes");
            Close.Relative<float>(expected, g.AsSpan((Rows - 1) * n), 2e-6, $"{n} classes, last row");
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, n, new int[Rows], x);
            Close.Same<float>(g, x, "in place");
        }

        float[] two = new float[2];
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [69, 68], 2, [0], two, new() { Denominator = 10_000 });
        Close.Relative<float>([-2.6894142e-5, 2.6894142e-5], two, 2e-6, "a denominator");
    }

    [Fact]
    public void GradientsOfSoftTargetsAndDoublesWithLargeDenominators()
    {
        float[] g = new float[2];
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float>(new(), [68, 67], 2, [0.5f, 0.5f], g, new() { Denominator = 1e5 });
        Close.Relative<float>([2.3105858e-6, -2.3105858e-6], g, 2e-6, "soft targets");
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new() { LabelSmoothing = 1 }, [68, 67], 2, [0], g, new() { Denominator = 1e5 });
        Close.Relative<float>([2.3105858e-6, -2.3105858e-6], g, 2e-6, "smoothing");
        double[] wide = new double[2];
        foreach (double denominator in new[] { 1e9, 1e100, 1e280 })
        {
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), [514, 513], 2, [0], wide, new() { Denominator = denominator });
            Close.Relative<double>([-0.2689414213699951 / denominator, 0.2689414213699951 / denominator], wide, 1e-14, $"{denominator}");
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double>(new(), [514, 513], 2, [0.5, 0.5], wide, new() { Denominator = denominator });
            Close.Relative<double>([0.2310585786300049 / denominator, -0.2310585786300049 / denominator], wide, 1e-14, $"{denominator}");
        }
    }

    /// <summary>Whatever the denominator: the gradient of the sum, divided; what is below the normal numbers may be 0.</summary>
    [Theory]
    [InlineData(4e-38)]
    [InlineData(1e-20)]
    [InlineData(1e30)]
    [InlineData(1e37)]
    public void AnyDenominatorDividesTheGradient(double denominator)
    {
        Random random = new(5);
        foreach (int n in new[] { 3, 20, 50, 200, 5000 })
        {
            foreach (double level in new[] { 0.0, 50, 65, 100, -60 })
            {
                float[] x = [.. Enumerable.Range(0, 2 * n).Select(_ => (float)(level + (random.NextDouble() * 10)))];
                x[1] = float.NegativeInfinity;
                x[n + 2] = float.NegativeInfinity;
                float[] plain = new float[x.Length], g = new float[x.Length];
                foreach (double smoothing in new[] { 0, 0.1 })
                {
                    foreach (double z in new[] { 0, 0.01 })
                    {
                        SoftmaxCrossEntropy loss = new() { LabelSmoothing = smoothing, ZLoss = z };
                        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(loss, x, n, [0, n - 1], plain, new() { Denominator = 1 });
                        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(loss, x, n, [0, n - 1], g, new() { Denominator = denominator });
                        for (int i = 0; i < g.Length; i++)
                        {
                            // With smoothing p less a share: what is lost of either is lost of the difference.
                            double expected = Divided(plain[i], denominator), size = smoothing == 0 ? Math.Abs(expected) : 1 / denominator;
                            bool isClose = double.IsInfinity(expected) ? expected == g[i] : Math.Abs(g[i] - expected) <= 1.2e-38 + (1e-6 * size);
                            Assert.True(isClose, $"{n} at {level}, {smoothing}, {z}: [{i}] is {g[i]:R}, expected {expected:R}");
                        }
                    }
                }
            }
        }

        static double Divided(float v, double denominator)
        {
            double quotient = v / denominator;
            return Math.Abs(quotient) > float.MaxValue ? (quotient > 0 ? double.PositiveInfinity : double.NegativeInfinity) : quotient;
        }
    }

    [Fact]
    public void WeightsThatAddPastTheirTypesRange()
    {
        float[] g = new float[4], w = [1e38f, 1e38f], c = [3e38f, 3e38f];
        LossTally loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [1, 0, 0, 1], 2, [0, 0], g, new() { Weights = w });
        Assert.Equal((double)1e38f * 2, loss.Weight);
        Assert.Equal((0.3132616875182228 + 1.3132616875182228) / 2, loss.Mean, 1e-6);
        Close.Relative<float>([-0.13447071, 0.13447071, -0.36552929, 0.36552929], g, 1e-6, "row weights");
        loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [1, 0, 0, 1], 2, [0, 0], g, new() { Weights = new float[] { 10, 10 }, ClassWeights = c });
        Assert.Equal((double)3e38f * 20, loss.Weight);
        Close.Relative<float>([-0.13447071, 0.13447071, -0.36552929, 0.36552929], g, 1e-6, "class weights");
    }

    [Fact]
    public void NegativeWeightsTurnTheGradient()
    {
        float[] g = new float[3];
        float[] minus = [-1];
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [0, -100, -200], 3, [2], g, new() { Weights = minus, Denominator = 1 });
        Assert.Equal(-1f, g[0]);
        Assert.Equal(0, g[1], 1e-37f);
        Assert.Equal(1f, g[2]);
        float[] classes = [1, 1, -1];
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [0, -100, -200], 3, [2], g, new() { ClassWeights = classes, Denominator = 1 });
        Assert.Equal(-1f, g[0]);
        Assert.Equal(1f, g[2]);
        foreach (int n in new[] { 3, 40 })
        {
            foreach (float top in new[] { 0, 100f, -100 })
            {
                double[] x = [.. Enumerable.Range(0, n).Select(i => i == 1 ? top : (double)top - (i * 30))], plain = new double[n], turned = new double[n];
                Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), x, n, [2], plain, new() { Denominator = 1 });
                Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), x, n, [2], turned, new() { Denominator = 1, Weights = new double[] { -1 } });
                Close.Relative<double>([.. plain.Select(v => -v)], turned, 1e-14, "turned", flushed: 1e-307);
            }
        }
    }

    [Fact]
    public void InfinityAndNaNAreNaNInTheirRowAlone()
    {
        float[] g = new float[2], h = new float[2];
        Assert.True(double.IsNaN(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [1, float.PositiveInfinity], 2, [1], g).Sum));
        Assert.All(g, v => Assert.True(float.IsNaN(v)));
        Assert.True(double.IsNaN(Loss.EvaluateWithGradient<MultiClassHinge, float, int>(new(), [float.NaN], 1, [0], g.AsSpan(0, 1)).Sum));
        Assert.True(float.IsNaN(g[0]));
        Assert.True(double.IsNaN(Loss.Evaluate<float>(new CosineEmbedding(), [float.NaN, 1], [0, 0], 2, [1]).Sum));
        Loss.EvaluateWithGradient<float>(new CosineEmbedding(), [float.NaN, 1], [0, 0], 2, [1], g, h);
        Assert.All([.. g, .. h], v => Assert.True(float.IsNaN(v)));
        float[] matrix = [9, float.NaN, 1, 2, 9, 1, 1, 2, 9], byMatrix = new float[9];
        Loss.EvaluateWithGradient<float>(new NTXent(0.5), matrix, [1, 0, 0], byMatrix);
        Assert.Equal([0f, 0f, 0f], [byMatrix[0], byMatrix[4], byMatrix[8]]);
        Assert.True(float.IsNaN(byMatrix[1]) && float.IsNaN(byMatrix[2]) && float.IsFinite(byMatrix[3]));
    }

    [Fact]
    public void NoGradientIsSubnormal()
    {
        float[] g = new float[2];
        double[] wide = new double[2];
        for (float x = 60; x < 120; x += 0.25f)
        {
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [x, 0], 2, [0], g);
            Assert.All(g, v => Assert.False(float.IsSubnormal(v), $"{v} at {x}"));
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new() { LabelSmoothing = 1e-30, ZLoss = 0 }, [x, 0], 2, [0], g);
            Assert.All(g, v => Assert.False(float.IsSubnormal(v), $"{v} at {x}"));
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), [x * 7.2, 0], 2, [0], wide);
            Assert.All(wide, v => Assert.False(double.IsSubnormal(v), $"{v} at {x}"));
        }
    }

    [Fact]
    public void SmoothingIsSpreadOverWhatIsNotMasked()
    {
        double[] g = new double[3];
        SoftmaxCrossEntropy smoothed = new() { LabelSmoothing = 0.3 };
        LossTally loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(smoothed, [1, 2, double.NegativeInfinity], 3, [1], g);
        Assert.Equal(0.4632616875182228, loss.Sum, 1e-14);
        Close.Relative<double>([0.2689414213699951 - 0.15, -0.2689414213699951 + 0.15, 0], g, 1e-14, "gradient");
        foreach (int n in new[] { 5, 16, 40, 300 })
        {
            // The masks are as if they were not there.
            Random random = new(n);
            double[] x = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() * 6)];
            double[] masked = [.. x.SelectMany((v, i) => i % 3 == 0 ? [double.NegativeInfinity, v] : new[] { v })];
            int[] places = [.. Enumerable.Range(0, masked.Length).Where(i => !double.IsNegativeInfinity(masked[i]))];
            double[] weights = [.. Enumerable.Range(0, masked.Length).Select(i => 1 + (i % 4 / 2.0))];
            double[] kept = [.. places.Select(i => weights[i])], byX = new double[n], byMasked = new double[masked.Length];
            foreach (double gamma in new[] { 0, 2.0 })
            {
                SoftmaxCrossEntropy focal = smoothed with { FocalGamma = gamma };
                double expected = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(focal, x, n, [2], byX, new() { ClassWeights = kept }).Sum;
                double actual = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(focal, masked, masked.Length, [places[2]], byMasked, new() { ClassWeights = weights }).Sum;
                Assert.Equal(expected, actual, 1e-12);
                for (int i = 0; i < n; i++) Assert.Equal(byX[i], byMasked[places[i]], 1e-14);
            }
        }
    }

    [Fact]
    public void LabelsOfAnyIntegerGiveTheSameBits()
    {
        Random random = new(3);
        foreach (int n in new[] { 3, 10, 40, 1000 })
        {
            const int Rows = 131;
            float[] x = [.. Enumerable.Range(0, Rows * n).Select(_ => (float)((random.NextDouble() - 0.5) * 30))];
            int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Math.Min(n, 200)))];
            float[] g = new float[x.Length], h = new float[x.Length], l = new float[Rows], m = new float[Rows];
            LossTally loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, n, labels, g);
            Loss.PerRow<SoftmaxCrossEntropy, float, int>(new(), x, n, labels, l);
            Assert.Equal(loss, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, long>(new(), x, n, [.. labels.Select(v => (long)v)], h));
            Close.Same<float>(g, h, "long");
            Assert.Equal(loss, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, byte>(new(), x, n, [.. labels.Select(v => (byte)v)], h));
            Close.Same<float>(g, h, "byte");
            Assert.Equal(loss, Loss.PerRow<SoftmaxCrossEntropy, float, ulong>(new(), x, n, [.. labels.Select(v => (ulong)v)], m));
            Close.Same<float>(l, m, "losses");
        }
    }

    /// <summary>Double losses within 1e-14 however confident the row or wrong the label.</summary>
    [Fact]
    public void DoubleLossesKeepTheirDigitsAtEveryDistance()
    {
        Random random = new(2);
        foreach (int n in new[] { 3, 40, 1000 })
        {
            for (double distance = 0.1; distance < 690; distance *= 1.17)
            {
                double[] x = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - distance)];
                x[n / 2] = random.NextDouble();
                DoubleDouble sum = 0;
                for (int c = 0; c < n; c++)
                {
                    if (c != n / 2) sum += SoftmaxCornerTests.ExpOfDifference(x[c], x[n / 2]);
                }

                double exact = DoubleDouble.Log1P(sum).High;
                double loss = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), x, n, [n / 2]).Sum;
                Assert.True(Close.IsClose(exact, loss, 1e-14), $"{n} at {distance}: {loss:R} for {exact:R}");
                double[] t = new double[n];
                t[n / 2] = 1;
                loss = Loss.Evaluate<SoftmaxCrossEntropy, double>(new(), x, n, t).Sum;
                Assert.True(Close.IsClose(exact, loss, 1e-14), $"{n} soft at {distance}: {loss:R} for {exact:R}");
                double wrong = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), x, n, [0]).Sum;
                Assert.True(Close.IsClose(Reference.CrossEntropy(x, 0), wrong, 1e-14), $"{n} wrong at {distance}: {wrong:R}");
            }
        }
    }

    [Fact]
    public void ManyEqualRowsDoNotDrift()
    {
        const int Rows = 10_000_000;
        double[] x = new double[Rows];
        int[] labels = new int[Rows / 2];
        LossTally loss = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), x, 2, labels);
        Assert.True(Close.IsClose(Math.Log(2) * labels.Length, loss.Sum, 4e-16), $"{loss.Sum:R}");
    }
}
