namespace FastLoss.Tests.Losses;

/// <summary>What is divided by what: denominators, weights that cancel, batches of which nothing counts.</summary>
public class TallyTests
{
    private static readonly double[] Logits = [1, 2, 3, 0.5, -1, 2, 0, 0, 1, 4, 1, 1, -2, 0.25, 1, 3, 3, 1, 0, 1, 0, 2, 2, 2];
    private static readonly int[] Labels = [0, 2, 1, 0, 1, 2, 0, 1];

    /// <summary>Four micro-batches of two rows with the batch's denominator add to the batch's tally, and their gradients are the batch's.</summary>
    [Fact]
    public void ADenominatorScalesTheGradientAlone()
    {
        double[] whole = new double[24], parts = new double[24];
        LossTally batch = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), Logits, 3, Labels, whole);
        LossTally added = default;
        for (int r = 0; r < 8; r += 2)
        {
            added += Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(
                new(),
                Logits.AsSpan(3 * r, 6), 3, Labels.AsSpan(r, 2), parts.AsSpan(3 * r, 6), new() { Denominator = 8 });
        }

        Assert.Equal((8.0, 8), (added.Weight, added.Count));
        Assert.Equal(batch.Mean, added.Mean, 1e-15);
        Assert.Equal(whole, parts, (a, b) => Math.Abs(a - b) < 1e-16);
        Assert.Equal(8, Loss.Evaluate<SquaredError, double>(new(), new double[8], new double[8], new() { Denominator = 64 }).Weight);
    }

    [Fact]
    public void NothingCountedHasNoMeanWithADenominatorEither()
    {
        double[] one = [1], gradient = [5, 5, 5];
        Assert.True(double.IsNaN(Loss.Evaluate<SquaredError, double>(new(), one, one, new() { Mask = [false], Denominator = 4 }).Mean));
        Assert.True(double.IsNaN(Loss.Evaluate<SoftDice, double>(new(), one, 1, one, new() { Mask = [false], Denominator = 4 }).Mean));
        LossOptions<double> ignored = new() { IgnoreLabel = 7, Denominator = 4 };
        Assert.True(double.IsNaN(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), [1, 2, 3], 3, [7], gradient, ignored).Mean));
        Assert.Equal([0, 0, 0], gradient);
        Assert.True(double.IsNaN(Loss.Evaluate<NegativeLogLikelihood, double, int>(new(), [1, 2, 3], 3, [7], ignored).Mean));
        Assert.True(double.IsNaN(Loss.Evaluate<MultiClassHinge, double, int>(new(), [1, 2, 3], 3, [7], ignored).Mean));
    }

    /// <summary>Weights 1 and -1: no mean, and a gradient of zeros, though one derivative is NaN or infinite.</summary>
    [Fact]
    public void WeightsThatCancelHaveNoMeanAndAGradientOfZeros()
    {
        double[] weights = [1, -1], y = [3, double.NaN], t = [1, 1], gradient = [5, 5];
        Zeros(Loss.EvaluateWithGradient<SquaredError, double>(new(), y, t, gradient, new() { Weights = weights }), gradient);
        double[] second = [5, 5];
        Zeros(Loss.EvaluateWithGradient<SoftMargin, double>(new PairwiseRanking<SoftMargin>(), y, t, [1, -1], gradient, second, new() { Weights = weights }), gradient);
        Assert.Equal([0, 0], second);
        Zeros(Loss.EvaluateWithGradient<double>(new HeteroscedasticGaussianNll(), y, t, [1, 1], gradient, second, new() { Weights = weights }), gradient);
        Zeros(Loss.EvaluateWithGradient<SoftDice, double>(new(), y, 1, t, gradient, new() { Weights = weights }), gradient);
        double[] logits = [1, 0, double.NaN, 0], byLogit = [5, 5, 5, 5];
        LossOptions<double> options = new() { Weights = weights };
        Zeros(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), logits, 2, [0, 1], byLogit, options), byLogit);
        Zeros(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double>(new(), logits, 2, [1, 0, 0, 1], byLogit, options), byLogit);
        Zeros(Loss.EvaluateWithGradient<MultiClassHinge, double, int>(new(), logits, 2, [0, 1], byLogit, options), byLogit);
        Zeros(Loss.EvaluateWithGradient<NegativeLogLikelihood, double, int>(new(), logits, 2, [0, 1], byLogit, options), byLogit);
        Assert.True(double.IsNaN(Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), [1, 0, 2, 0], 2, [0, 1], options).Mean));

        static void Zeros(LossTally tally, double[] gradient)
        {
            Assert.Equal(0, tally.Weight);
            Assert.True(double.IsNaN(tally.Mean));
            Assert.All(gradient, g => Assert.Equal(0, g));
            gradient.AsSpan().Fill(5);
        }
    }

    /// <summary>What no float holds, or whose inverse none does, would make 0 times infinity.</summary>
    [Fact]
    public void ParametersThatNoFloatHoldsAreRefused()
    {
        float[] x = [1, 2], gradient = [5, 5];
        Says("Softcap is 1E+39", () => Run(new() { Softcap = 1e39 }, default));
        Says("Temperature is 1E-46", () => Run(new() { Temperature = 1e-46 }, default));
        Says("Temperature is 1E+39", () => Run(new() { Temperature = 1e39 }, default));
        Says("Denominator is 1E-40; it must be positive and finite as float, and so its inverse", () => Run(default, new() { Denominator = 1e-40 }));
        Says("ZLoss is 1E+39", () => Run(new() { ZLoss = 1e39 }, default));
        Says("FocalGamma is 1E+39", () => Run(new() { FocalGamma = 1e39 }, default));
        Says("Temperature is 1E-46", () => Loss.EvaluateWithGradient<float>(new NTXent(1e-46), [0, 1, 1, 0], [1, 0], new float[4]));
        Says("Denominator is 1E-40", () => Loss.Gradient<SquaredError, float>(new(), x, x, gradient, new() { Denominator = 1e-40 }));
        Says("Denominator is 1E-40", () => Loss.EvaluateWithGradient<SoftJaccard, float>(new(), x, 2, [0, 1], gradient, new() { Denominator = 1e-40 }));
        Assert.Equal([5, 5], gradient);
        double[] wide = [1, 2];
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new() { Softcap = 1e39 }, wide, 2, [0], wide, new() { Denominator = 1e-40 });

        void Run(SoftmaxCrossEntropy loss, LossOptions<float> options) => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(loss, x, 2, [0], gradient, options);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NegativeLogLikelihoodOverTheLabelsMemoryIsRefused()
    {
        int[] labels = [0, 1, 2, 0];
        int[] before = [.. labels];
        float[] logProbabilities = [.. Enumerable.Repeat(-1f, 12)];
        Assert.Contains(
            "losses overlaps labels",
            Assert.ThrowsAny<ArgumentException>(() => Loss.PerRow<NegativeLogLikelihood, float, int>(
                new(),
                logProbabilities, 3, labels, System.Runtime.InteropServices.MemoryMarshal.Cast<int, float>(labels.AsSpan()))).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, labels);
    }
}
