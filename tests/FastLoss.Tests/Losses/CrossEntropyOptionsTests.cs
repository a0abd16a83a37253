using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60)]
public class CrossEntropyOptionsTests
{
    private const double Infinity = double.PositiveInfinity;

    private static readonly double[] X = [1.2, -.8, .5, .9, -1.2, 1.1, -.3, 2, .1, .4, .4, -1.5];
    private static readonly int[] Labels = [0, 2, -100, 1];
    private static readonly double[] Weights = [.5, 2, 1.5];

    [Fact]
    public void LiteralValues()
    {
        Is(0.6356078570297687, new() { IgnoreLabel = -100 });
        Is(0.6882778377695936, new() { IgnoreLabel = -100, ClassWeights = Weights });
        Is(0.7144967459186576, new() { IgnoreLabel = -100 }, new() { LabelSmoothing = .1 });
        Is(0.7880108396956111, new() { IgnoreLabel = -100, ClassWeights = Weights }, new() { LabelSmoothing = .1 });
        Is(0.6598809482058368, new() { IgnoreLabel = -100 }, new() { ZLoss = 1e-2 });
        Is(0.6691302170226261, new() { IgnoreLabel = -100 }, new() { Softcap = 2 });
        Is(0.7989626875155024, new() { IgnoreLabel = -100 }, new() { Temperature = 2 });
        Loss.Evaluate<double, int>(new SoftmaxCrossEntropy { ZLoss = 1e-2 }, X, 3, Labels, new() { IgnoreLabel = -100 }, out LossTally z);
        Assert.Equal(0.6598809482058368 - 0.6356078570297687, z.Mean, 1e-14);
        Assert.Equal(0.33259484928, Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new() { LabelSmoothing = .15 }, [3, 1, 1, 2], 2, [0, 1]).Mean, 1e-10);
        Assert.Equal(0.57009484928, Loss.Evaluate<SoftmaxCrossEntropy, double>(new() { LabelSmoothing = .2 }, [3, 1, 1, 2], 2, [.8, .2, .1, .9]).Mean, 1e-10);
        Assert.Equal(0.6931472, Loss.Evaluate<SoftmaxCrossEntropy, double>(new(), [-Infinity, 0, 0], 3, [0, .5, .5]).Mean, 1e-7);
        Assert.Equal(Infinity, Loss.Evaluate<SoftmaxCrossEntropy, double>(new(), [-Infinity, 0, 0], 3, [.4, .3, .3]).Mean);

        static void Is(double expected, LossOptions<double> options, SoftmaxCrossEntropy loss = default)
        {
            Assert.Equal(expected, Loss.Evaluate<SoftmaxCrossEntropy, double, int>(loss, X, 3, Labels, options).Mean, 1e-14);
            long[] wide = Array.ConvertAll(Labels, v => (long)v);
            Assert.Equal(expected, Loss.Evaluate<SoftmaxCrossEntropy, double, long>(loss, X, 3, wide, options).Mean, 1e-14);
        }
    }

    [Property]
    public void DefaultsAreThePlainLoss(Batch batch)
    {
        double[] gradient = new double[batch.Logits.Length], plain = new double[batch.Logits.Length];
        LossTally expected = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), batch.Logits, batch.ClassCount, batch.Labels, plain);
        LossTally actual = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), batch.Logits, batch.ClassCount, batch.Labels, gradient);
        Assert.Equal((expected.Weight, expected.Count), (actual.Weight, actual.Count));
        Assert.True(Close.IsClose(expected.Sum, actual.Sum, 1e-12), $"{actual.Sum:R}, plain {expected.Sum:R}");
        Close.Relative<double>(plain, gradient, 1e-11, "gradient", 1e-300);
        double[] targets = new double[batch.Logits.Length];
        for (int r = 0; r < batch.Rows; r++) targets[(r * batch.ClassCount) + batch.Labels[r]] = 1;
        LossTally soft = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double>(new(), batch.Logits, batch.ClassCount, targets, gradient);
        Assert.True(Close.IsClose(expected.Sum, soft.Sum, 1e-12), $"{soft.Sum:R}, plain {expected.Sum:R}");
        Assert.Equal(batch.Rows, soft.Weight);
    }

    /// <summary>Every combination of options: the gradient is the numerical one, and each label type, in-place call and split agrees.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(37)]
    public void AllCombinations(int classCount)
    {
        double[] x = [.. Enumerable.Range(0, 4 * classCount).Select(i => 3 * Math.Sin((i * 1.7) + 1))];
        byte[] labels = [1, 2, 255, 0];
        double[] classWeights = [.. Enumerable.Range(0, classCount).Select(i => 0.5 + (i % 3))], rowWeights = [1, 2, 3, 0.25];
        double[] gradient = new double[x.Length], losses = new double[4];
        for (int kind = 0; kind < 256; kind++)
        {
            SoftmaxCrossEntropy loss = LossOf(kind);
            LossOptions<double> options = Options(kind);
            LossTally tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, byte>(loss, x, classCount, labels, gradient, options);
            Assert.Equal(tally, Loss.Evaluate<SoftmaxCrossEntropy, double, byte>(loss, x, classCount, labels, options));
            Assert.Equal(tally, Loss.PerRow<SoftmaxCrossEntropy, double, byte>(loss, x, classCount, labels, losses, options));
            Assert.Equal(tally.Sum, losses.Sum(), 1e-12 * Math.Abs(tally.Sum));
            Assert.Equal(3, tally.Count);
            Assert.All(gradient[(2 * classCount)..(3 * classCount)], g => Assert.Equal(0, g));
            double[] inPlace = [.. x];
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, byte>(loss, inPlace, classCount, labels, inPlace, options);
            Close.Same<double>(gradient, inPlace, $"options {kind} in place");
            float[] narrow = Array.ConvertAll(x, v => (float)v);
            Assert.Equal(tally.Mean, Loss.Evaluate<SoftmaxCrossEntropy, float, byte>(loss, narrow, classCount, labels, Narrow(kind)).Mean, 2e-6 * Math.Abs(tally.Mean));
            foreach (int i in new[] { 0, 1, 2, classCount, classCount + 2, (3 * classCount) + 1 })
            {
                double[] moved = [.. x];
                double numerical = NumericalDerivative.FivePoint(v => MeanAt(moved, i, v, kind), x[i]);
                Assert.True(Math.Abs(numerical - gradient[i]) < 1e-8, $"options {kind}, element {i}: {gradient[i]:R}, numerically {numerical:R}");
            }

            double[] targets = [.. Enumerable.Range(0, x.Length).Select(i => (i % 5) / (2.0 * classCount))];
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double>(loss, x, classCount, targets, gradient, Soft(kind));
            foreach (int i in new[] { 0, classCount + 2, (2 * classCount) + 1 })
            {
                double[] moved = [.. x];
                double numerical = NumericalDerivative.FivePoint(v => SoftAt(moved, targets, i, v, kind), x[i]);
                Assert.True(Math.Abs(numerical - gradient[i]) < 1e-8, $"soft, options {kind}, element {i}: {gradient[i]:R}, numerically {numerical:R}");
            }
        }

        double MeanAt(double[] moved, int i, double value, int kind)
        {
            moved[i] = value;
            LossTally tally = Loss.Evaluate<SoftmaxCrossEntropy, double, byte>(LossOf(kind), moved, classCount, labels, Options(kind));
            return tally.Sum / (Options(kind).Denominator ?? tally.Weight);
        }

        double SoftAt(double[] moved, double[] targets, int i, double value, int kind)
        {
            moved[i] = value;
            LossTally tally = Loss.Evaluate<SoftmaxCrossEntropy, double>(LossOf(kind), moved, classCount, targets, Soft(kind));
            return tally.Sum / (Soft(kind).Denominator ?? tally.Weight);
        }

        LossOptions<double> Options(int kind) => Make<double>(kind, classWeights, rowWeights, 255);

        LossOptions<double> Soft(int kind) => Make<double>(kind, classWeights, rowWeights, null);

        LossOptions<float> Narrow(int kind) =>
            Make(kind, Array.ConvertAll(classWeights, v => (float)v), Array.ConvertAll(rowWeights, v => (float)v), 255);
    }

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

    [Fact]
    public void Corners()
    {
        double[] gradient = [5, 5, 5, 5];
        SoftmaxCrossEntropy smooth = new() { LabelSmoothing = 0.2 };
        LossOptions<double> ignoring = new() { IgnoreLabel = 9 };
        LossTally none = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(smooth, [double.NaN, 1, 1, 1], 2, [9, 9], gradient, ignoring);
        Assert.Equal(default, none);
        Assert.True(double.IsNaN(none.Mean));
        Assert.Equal([0, 0, 0, 0], gradient);

        double[] losses = new double[4];
        Loss.PerRow<SoftmaxCrossEntropy, double, int>(smooth, [double.NaN, 1, -Infinity, -Infinity, Infinity, 1, 1, 1], 2, [1, 0, 1, 0], losses, ignoring);
        Assert.Equal([double.NaN, double.NaN, double.NaN], losses[..3]);
        Assert.Equal(Math.Log(2), losses[3], 1e-15);

        double[] masked = new double[3];
        LossTally tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), [-Infinity, 0, 0], 3, [0], masked);
        Assert.Equal(Infinity, tally.Sum);
        Assert.All(masked, g => Assert.True(double.IsFinite(g)));
        tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new() { LabelSmoothing = 0.3, FocalGamma = 2 }, [-Infinity, 0, 0], 3, [1], masked);
        Assert.True(double.IsFinite(tally.Sum));
        Assert.Equal(0, masked[0]);

        Assert.Equal(4.1223072e-9, Loss.Evaluate<SoftmaxCrossEntropy, float, byte>(new(), [20, 0, 0], 3, [0], new() { ClassWeights = [1, 1, 1] }).Sum, 1e-15);
        float[] narrow = new float[3];
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, byte>(new(), [20, 0, 0], 3, [0], narrow, new() { Weights = [1] });
        Assert.Equal(-4.1223072e-9, narrow[0], 1e-15);
    }

    [Fact]
    public void BadCallsSayWhat()
    {
        double[] gradient = [5, 5, 5, 5];
        Says("labels[1] is 3; with 2 classes a label is 0 to 1", () => Run(default, new() { IgnoreLabel = 7 }, 3));
        Says("ClassWeights has 3 elements", () => Run(default, new() { ClassWeights = new double[3] }));
        Says("Weights has 1 elements", () => Run(default, new() { Weights = new double[1] }));
        Says("Mask has 3 elements", () => Run(default, new() { Mask = new bool[3] }));
        Says("LabelSmoothing is 1.5", () => Run(new() { LabelSmoothing = 1.5 }, default));
        Says("Temperature is 0; it must be positive", () => Run(new() { Temperature = 0 }, default));
        Says("Softcap is -1; it must be positive", () => Run(new() { Softcap = -1 }, default));
        Says("ZLoss is -1", () => Run(new() { ZLoss = -1 }, default));
        Says("FocalGamma is NaN", () => Run(new() { FocalGamma = double.NaN }, default));
        Says("Denominator is 0", () => Run(default, new() { Denominator = 0 }));
        Says("Threads is -2", () => Run(default, new() { Threads = -2 }));
        Says("MaskedRows is Zeros; it must be NaN", () => Loss.Evaluate<NegativeLogLikelihood, double, int>(new(), [-1, -2], 2, [0], new() { MaskedRows = MaskedRows.Zeros }));
        Says("Accumulate is True", () => Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), [-1, -2], 2, [0], new() { Accumulate = true }));
        Says("overlaps scores", () => Loss.Gradient<SoftmaxCrossEntropy, double, int>(new(), gradient, 2, [0, 0], gradient, new() { Accumulate = true }));
        Says("IgnoreLabel is 1", () => Loss.Evaluate<SoftmaxCrossEntropy, double>(new(), [1, 2], 2, [0, 1], new() { IgnoreLabel = 1 }));
        Assert.Equal([5, 5, 5, 5], gradient);

        void Run(SoftmaxCrossEntropy loss, LossOptions<double> options, int label = 1) =>
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(loss, [1, 2, 3, 4], 2, [0, label], gradient, options);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NegativeLogLikelihoodAndItsGradient()
    {
        double[] l = new double[X.Length], gradient = new double[X.Length];
        LogSoftmax.Compute<double>(X, 3, l);
        LossOptions<double> options = new() { IgnoreLabel = -100, ClassWeights = Weights };
        Assert.Equal(0.6882778377695936, Loss.EvaluateWithGradient<NegativeLogLikelihood, double, int>(new(), l, 3, Labels, gradient, options).Mean, 1e-14);
        Assert.Equal([-.5 / 4, 0, 0, 0, 0, -1.5 / 4, 0, 0, 0, 0, -2.0 / 4, 0], gradient);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = new float[40 * 5000], gradient = new float[x.Length];
        int[] labels = new int[40];
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new() { Softcap = 3, ZLoss = 1e-3 }, x, 5000, labels, gradient)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.Evaluate<NegativeLogLikelihood, float, int>(new(), x, 5000, labels)));
    }
}
