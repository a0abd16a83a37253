using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Finite inputs whose result is finite though something between would overflow, vanish or cancel.</summary>
public class ElementwiseCornerTests
{
    [Fact]
    public void SumsOfFloatsAreKeptInDouble()
    {
        float[] y = [.. Enumerable.Repeat(3e38f, 1000)], t = new float[1000], gradient = new float[1000];
        Assert.Equal(3e41, Loss.Evaluate(new AbsoluteError(), y, t).Sum, 1e35);
        Assert.Equal(3e41, Loss.EvaluateWithGradient(new AbsoluteError(), y, t, gradient).Sum, 1e35);
        Assert.All(gradient, g => Assert.Equal(0.001f, g));
        float[] inPlace = [.. y];
        Assert.Equal(3e41, Loss.EvaluateWithGradient(new AbsoluteError(), inPlace, t, inPlace).Sum, 1e35);
        Assert.Equal(gradient, inPlace);
        Assert.Equal(3e41, Loss.PerElement(new AbsoluteError(), y, t, y).Sum, 1e35);
    }

    [Fact]
    public void WeightsThatSumAboveTheLargestFloat()
    {
        float[] y = [1, 1, 1], t = [0, 0, 0], w = [2e38f, 2e38f, 2e38f], gradient = new float[3];
        LossTally tally = Loss.EvaluateWithGradient(new SquaredError(), y, t, gradient, new() { Weights = w });
        Assert.Equal(1, tally.Mean, 1e-6);
        Assert.All(gradient, g => Assert.Equal(2f / 3, g, 1e-6f));
    }

    [Fact]
    public void DifferencesThatOverflow()
    {
        Is(2e38, Loss.SumOfSquaredErrors<float>([2e19f], [0f]));
        Is(5.625e37, One(new GaussianNll(8), 3e19f, 0f));
        Is(0, One(new PoissonDeviance(), 2e38f, 2e38f));
        Is(3e38, One(new TotalVariation(), 3e38f, -3e38f));
        Is(1.5e38, One(new Quantile(0.25), -3e38f, 3e38f));
        Is(6e37, One(new Huber(0.1), 3e38f, -3e38f));
        Is(200, One(new PercentageError(), 3e38f, -3e38f));
        Is(0, One(new TweedieDeviance(10), 1e-5f, 1e-5f));
        Assert.Equal(0, Loss.Evaluate<TweedieDeviance, float>(new(10), [1e-5f], [1e-5f]).Sum);
        Assert.Equal(double.PositiveInfinity, Loss.Evaluate<float>(new HeteroscedasticGaussianNll(), [1e-30f], [0f], [0f]).Sum);
        Assert.Equal(double.PositiveInfinity, Loss.Evaluate<double>(new HeteroscedasticGaussianNll(), [1e-200], [0], [0]).Sum);
        Is(Math.Log(8) / 2 + (3e19 * 3e19 / 16), Loss.Evaluate<float>(new HeteroscedasticGaussianNll(), [3e19f], [0f], [8f]).Sum);
    }

    /// <summary>What vanishes between: e^x alone is subnormal, a sum rounds to its larger part.</summary>
    [Fact]
    public void SmallFactorsKeepTheirDigits()
    {
        float[] silu = new float[1];
        Silu.Compute<float>([-91.47725f], silu);
        Assert.Equal(-91.47725f * Math.Exp(-91.47725f), silu[0], 5 * 1.4e-45);
        float x = -87.5f;
        Silu.Compute<float>([x], silu);
        Assert.Equal(x * Math.Exp(x), silu[0], 4 * 87.5 * Math.Exp(x) * 1.2e-7);
        double[] wide = new double[1];
        Silu.Compute<double>([-712], wide);
        Assert.Equal(-712 * Math.Exp(-712), wide[0], 1e-14 * 712 * Math.Exp(-712));
        Assert.Equal(Math.Exp(-95) * (1e7 - 95), Loss.Evaluate<KLDivergenceLogTarget, float>(new(), [-1e7f], [-95f]).Sum, 1e-6 * Math.Exp(-95) * 1e7);
        Assert.Equal(1 - (2.44e9f * (Math.Log(1 + 1e-8) - 0)), Loss.Evaluate<PoissonNll, float>(new(1e-8), [1], [2.44e9f]).Sum, 1e-4);
    }

    [Fact]
    public void CrossEntropyErrorHasItsDeltaToTheLastDigit()
    {
        Assert.Equal(-9.9999995e-8f, Loss.CrossEntropyError<float>([1f], [1f]), 1e-14f);
        Assert.Equal(9.1327937822e-7 - 1e-7 + 1e-7, Loss.CrossEntropyError<float>([.999999f], [1f]), 3e-13);
    }

    [Fact]
    public void DerivativesDoNotCancelNearTheTarget()
    {
        float[] g = new float[1];
        Loss.Gradient<BinaryCrossEntropy, float>(new(), [.5001f], [.5f], g);
        Assert.Equal(4.0006639e-4f, g[0], 1e-10f);
        Loss.Gradient<PoissonNll, float>(new(), [1000.25f], [1000f], g);
        Assert.Equal(0.25 / 1000.25, g[0], 1e-10);
        Loss.Gradient<BinaryCrossEntropy, float>(new(), [-0f], [1f], g);
        Assert.Equal(float.NegativeInfinity, g[0]);
        Loss.Gradient<BinaryCrossEntropy, float>(new(), [0f], [0f], g);
        Assert.Equal(1f, g[0]);
        Loss.Gradient<BinaryCrossEntropy, float>(new(3, 0.2), [.25f], [1f], g);
        Assert.Equal((0.1 / 0.75) - (3 * 0.9 / 0.25), g[0], 1e-5);
    }

    /// <summary>A prediction that is NaN is not passed over where the target silences it.</summary>
    [Fact]
    public void NaNReachesTheGradient()
    {
        foreach (double t in (double[])[0, 0.5])
        {
            double[] g = new double[1];
            Loss.Gradient<KLDivergence, double>(new(), [double.NaN], [t], g);
            Assert.Equal(double.NaN, g[0]);
            Loss.Gradient<PoissonDeviance, double>(new(), [double.NaN], [t], g);
            Assert.Equal(double.NaN, g[0]);
            Loss.Gradient<KLDivergenceLogTarget, double>(new(), [double.NaN], [-t], g);
            Assert.Equal(double.NaN, g[0]);
            Loss.Gradient<PoissonNll, double>(new(), [double.NaN], [t], g);
            Assert.Equal(double.NaN, g[0]);
        }
    }

    [Fact]
    public void AnUnsetLossHasItsDefaults()
    {
        Same(default(Huber), new Huber(1));
        Same(default(SmoothL1), new SmoothL1(1));
        Same(default(SmoothedHinge), new SmoothedHinge(1));
        Same(default(Quantile), new Quantile(0.5));
        Same(default(PercentageError), new PercentageError(1e-7));
        Same(default(SigmoidFocal), new SigmoidFocal(2));
        Same(default(GaussianNll), new GaussianNll(1));
        Same(default(TweedieDeviance), new TweedieDeviance(1.5));
        Same(default(BinaryCrossEntropy), new BinaryCrossEntropy(1));
        Same(default(BinaryCrossEntropyFromLogits), new BinaryCrossEntropyFromLogits(1));
        Same(default(PoissonNll), new PoissonNll(0));
        Same(default(MarginRanking), new MarginRanking(0));
        Assert.Equal(0.5, new Quantile().Tau);
        Assert.Equal(0, new Quantile(0).Tau);
        Assert.Equal(0, new SmoothL1(0).Beta);

        static void Same<TLoss>(TLoss unset, TLoss set)
            where TLoss : struct, ICurvedLoss
        {
            Assert.Equal(set, unset);
            Assert.Equal(
                Loss.Evaluate<TLoss, float>(set, [0.3f, 0.9f], [1f, 0.25f]), Loss.Evaluate<TLoss, float>(unset, [0.3f, 0.9f], [1f, 0.25f]));
        }
    }

    [Fact]
    public void ParametersThatAFloatCannotHoldAreRefused()
    {
        Assert.Contains("1E-46", Assert.Throws<ArgumentOutOfRangeException>(() => new Huber(1e-46)).Message, StringComparison.Ordinal);
        Assert.Contains("1E+39", Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonNll(1e39)).Message, StringComparison.Ordinal);
        Assert.Contains("1E+38", Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothL1(1e38)).Message, StringComparison.Ordinal);
    }

    private static void Is(double expected, double actual) => Assert.Equal(expected, actual, 1e-6 * Math.Abs(expected));

    private static double One<TLoss>(TLoss loss, float y, float t)
        where TLoss : struct, ICurvedLoss =>
        Loss.Evaluate<TLoss, float>(loss, [y], [t]).Sum;
}
