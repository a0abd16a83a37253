using FastLoss.Tests.Readme;

namespace FastLoss.Tests.Losses;

/// <summary>Literal values, corners, and a user's own loss.</summary>
public class ElementwiseLossTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void HuberOnTheValuesOfOptax()
    {
        float[] y = [-2, .5f, 0, .5f, 2, 4, 132], t = [0, -.5f, 0, 1, 1, 2, .3f], losses = new float[7];
        Loss.PerElement(new Huber(1), y, t, losses);
        Assert.Equal([1.5f, .5f, 0, .125f, .5f, 1.5f, 131.2f], losses, (a, b) => MathF.Abs(a - b) < 2e-5f);
        double[] wide = new double[7];
        Loss.PerElement(new Huber(1), [-2, .5, 0, .5, 2, 4, 132], [0, -.5, 0, 1, 1, 2, .3], wide);
        Assert.Equal([1.5, .5, 0, .125, .5, 1.5, 131.2], wide, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void LogCoshDoesNotOverflow() =>
        Assert.Equal(699.3068, One(new LogCosh(), 500, -200), 1e-4);

    [Fact]
    public void BinaryCrossEntropyOfHugeAndTinyLogits()
    {
        Assert.Equal(5e8, Loss.Evaluate<BinaryCrossEntropyFromLogits, float>(new(), [-1e9f, -1e-9f], [1, 0]).Mean, 1.0);
        Assert.Equal(5e8, Loss.Evaluate<BinaryCrossEntropyFromLogits, double>(new(), [-1e9, -1e-9], [1, 0]).Mean, 1.0);
        Assert.Equal(2.0611537e-9, One(new BinaryCrossEntropyFromLogits(), 20, 1), 2e-15);
    }

    [Fact]
    public void GaussianNllWithAVarianceForEachElement()
    {
        double[] y = [1, 2, -0.5], t = [0.5, 2.5, 3], v = [0.5, 2, 1.25], byMean = new double[3], byVariance = new double[3], losses = new double[3];
        LossTally tally = Loss.EvaluateWithGradient<double>(new HeteroscedasticGaussianNll(), y, t, v, byMean, byVariance);
        Assert.Equal(tally, Loss.Evaluate<double>(new HeteroscedasticGaussianNll(), y, t, v));
        Assert.Equal(tally, Loss.PerElement<double>(new HeteroscedasticGaussianNll(), y, t, v, losses));
        for (int i = 0; i < 3; i++)
        {
            double e = y[i] - t[i], variance = v[i], target = t[i], mean = y[i];
            Assert.Equal((Math.Log(variance) + (e * e / variance)) / 2, losses[i], 1e-14);
            Assert.Equal(NumericalDerivative.Adaptive(m => Loss.Evaluate<double>(new HeteroscedasticGaussianNll(), [m], [target], [variance]).Sum, mean).Value / 3, byMean[i], 1e-9);
            Assert.Equal(NumericalDerivative.Adaptive(s => Loss.Evaluate<double>(new HeteroscedasticGaussianNll(), [mean], [target], [s]).Sum, variance).Value / 3, byVariance[i], 1e-9);
        }

        double[] alone = new double[3], variance2 = new double[3];
        Loss.Gradient<double>(new HeteroscedasticGaussianNll(), y, t, v, alone, variance2);
        Assert.Equal([.. byMean, .. byVariance], alone.Concat(variance2));
        Assert.Equal(losses.Sum() + (1.5 * Math.Log(2 * Math.PI)), Loss.Evaluate<double>(new HeteroscedasticGaussianNll(isFull: true), y, t, v).Sum, 1e-13);
        Assert.Equal(Loss.Evaluate<double>(new HeteroscedasticGaussianNll(), [1], [0], [0.5]).Sum, Loss.Evaluate<double>(new HeteroscedasticGaussianNll(leastVariance: 0.5), [1], [0], [0.1]).Sum);
    }

    /// <summary>y, t, loss; a NaN expected is a NaN got.</summary>
    [Fact]
    public void Corners()
    {
        Is(new SquaredError(), (double.NaN, 1, double.NaN), (Infinity, 1, Infinity), (1e200, 0, Infinity));
        Is(new AbsoluteError(), (Infinity, Infinity, double.NaN), (-Infinity, 1, Infinity));
        Is(new Huber(2), (Infinity, 1, Infinity), (1e300, 0, 2e300), (double.NaN, 0, double.NaN));
        Is(new SmoothL1(0.5), (Infinity, 1, Infinity), (double.NaN, 0, double.NaN));
        Is(new LogCosh(), (Infinity, 0, Infinity), (double.NaN, 0, double.NaN), (1e-9, 0, 5e-19));
        Is(new Quantile(0.9), (1, 3, 1.8), (3, 1, 0.2), (double.NaN, 1, double.NaN));
        Is(new Hinge(), (Infinity, 1, 0), (-Infinity, 1, Infinity), (double.NaN, 1, double.NaN));
        Is(new HingeEmbedding(), (3, 1, 3), (0.25, -1, 0.75), (3, -1, 0), (Infinity, -1, 0), (-Infinity, -1, Infinity), (double.NaN, -1, double.NaN), (1, double.NaN, double.NaN));
        Is(new HingeEmbedding(2.5), (1, -1, 1.5), (-2, 1, -2));
        Is(new Perceptron(), (2, -1, 2), (-0.5, 1, 0.5), (2, 1, 0), (0, 1, 0), (Infinity, 1, 0), (-Infinity, 1, Infinity), (double.NaN, 1, double.NaN));
        Is(new PowerError(3), (-2, 1, 27), (1, 1, 0), (Infinity, 1, Infinity), (double.NaN, 1, double.NaN), (Infinity, Infinity, double.NaN));
        Is(new PowerError(1), (-2, 1, 3), (1, 1, 0), (double.NaN, 1, double.NaN));
        Is(new GeneralizedJensenShannon(0.25), (0, 0, 0), (0, 1, -0.75 * Math.Log(0.75)), (0.5, 0.5, 0), (-1, 1, double.NaN), (Infinity, 1, double.NaN), (0.5, double.NaN, double.NaN));
        Is(new SquaredHinge(), (Infinity, 1, 0), (-Infinity, 1, Infinity), (double.NaN, 1, double.NaN));
        Is(new SmoothedHinge(), (Infinity, 1, 0), (-Infinity, 1, Infinity), (double.NaN, 1, double.NaN));
        Is(new SoftMargin(), (Infinity, 1, 0), (-Infinity, 1, Infinity), (double.NaN, 1, double.NaN));
        Is(new ExponentialLoss(), (Infinity, 1, 0), (-1000, 1, Infinity), (double.NaN, 1, double.NaN));
        Is(new PoissonNll(), (0, 0, 0), (0, 1, Infinity), (-1, 1, double.NaN), (Infinity, 2, Infinity));
        Is(new PoissonNllFromLogRate(), (-Infinity, 0, 0), (-Infinity, 1, Infinity), (Infinity, 1, Infinity), (double.NaN, 0, double.NaN));
        Is(new PoissonDeviance(), (0, 0, 0), (0, 1, Infinity), (3, 0, 6), (2, 2, 0), (-1, 1, double.NaN));
        Is(new GammaDeviance(), (0, 1, Infinity), (1, 0, Infinity), (0, 0, double.NaN), (2, 2, 0), (-1, 1, double.NaN));
        Is(new TweedieDeviance(1.5), (0, 1, double.NaN), (4, 0, 8), (2, 2, 0), (1, -1, double.NaN));
        Is(new SquaredLogarithmicError(), (-1, 0, Infinity), (-2, 0, double.NaN), (3, 3, 0), (double.NaN, 1, double.NaN));
        Is(new PercentageError(), (Infinity, 1, Infinity), (1, double.NaN, double.NaN), (0.5, 2, 75), (0.5, -2, 125));
        Is(new BinaryCrossEntropy(), (0, 0, 0), (1, 1, 0), (0, 1, Infinity), (1, 0.5, Infinity), (1.5, 1, double.NaN), (double.NaN, 0, double.NaN));
        Is(new BinaryCrossEntropyFromLogits(), (Infinity, 1, 0), (-Infinity, 0, 0), (Infinity, 0, Infinity), (double.NaN, 1, double.NaN));
        Is(new SigmoidFocal(), (Infinity, 1, 0), (-Infinity, 0, 0), (Infinity, 0, Infinity), (double.NaN, 1, double.NaN));
        Is(new KLDivergence(), (-Infinity, 0, 0), (-Infinity, 0.5, Infinity), (-1, -0.5, double.NaN));
        Is(new KLDivergenceLogTarget(), (-Infinity, -Infinity, 0), (-Infinity, -1, Infinity), (double.NaN, -1, double.NaN));
        Is(new JensenShannon(), (0, 0, 0), (0, 1, Math.Log(2) / 2), (1, 0, Math.Log(2) / 2), (-1, 1, double.NaN));
        Is(new TotalVariation(), (1, 0, 0.5), (double.NaN, 0, double.NaN));
    }

    private static void Is<TLoss>(TLoss loss, params (double Y, double T, double Expected)[] rows)
        where TLoss : struct, IElementwiseLoss
    {
        foreach ((double y, double t, double expected) in rows)
        {
            double actual = One(loss, y, t);
            Assert.True(expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-13 * Math.Abs(expected), $"{typeof(TLoss).Name} of {y}, {t} is {actual:R}, not {expected:R}");
        }
    }

    private static double One<TLoss>(TLoss loss, double y, double t)
        where TLoss : struct, IElementwiseLoss => Loss.Evaluate<TLoss, double>(loss, [y], [t]).Sum;

    private static double One<TLoss>(TLoss loss, float y, float t)
        where TLoss : struct, IElementwiseLoss => Loss.Evaluate<TLoss, float>(loss, [y], [t]).Sum;

    [Fact]
    public void BadParametersAreNamedWithTheirValues()
    {
        Is("delta is -1", () => new Huber(-1));
        Is("beta is -1", () => new SmoothL1(-1));
        Is("tau is 1.5", () => new Quantile(1.5f));
        Is("gamma is 0", () => new SmoothedHinge(0));
        Is("gamma is -2", () => new SigmoidFocal(-2));
        Is("alpha is 2", () => new SigmoidFocal(2, 2));
        Is("variance is 0", () => new GaussianNll(0));
        Is("leastVariance is -1", () => new HeteroscedasticGaussianNll(-1));
        Is("leastVariance is NaN", () => new HeteroscedasticGaussianNll(double.NaN));
        Is("power is 0.5", () => new TweedieDeviance(0.5f));
        Is("epsilon is -1", () => new PoissonNll(-1));
        Is("positiveWeight is NaN", () => new BinaryCrossEntropyFromLogits(float.NaN));
        Is("labelSmoothing is 2", () => new BinaryCrossEntropy(1, 2));

        static void Is<T>(string message, Func<T> construct) =>
            Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => { construct(); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AUsersOwnLossRunsAsOursDo()
    {
        float[] y = [.. Enumerable.Range(0, 1003).Select(i => (i % 17) - 8f)], t = new float[1003], gradient = new float[1003], losses = new float[1003];
        LossTally tally = Loss.EvaluateWithGradient(new Cauchy(), y, t, gradient);
        Assert.Equal(tally, Loss.PerElement(new Cauchy(), y, t, losses));
        Assert.Equal(y.Average(v => Math.Log(1 + (v * v / 2))), tally.Mean, 1e-6);
        for (int i = 0; i < y.Length; i++)
        {
            Assert.Equal(Math.Log(1 + (y[i] * y[i] / 2)), losses[i], 1e-6);
            Assert.Equal(y[i] / (1 + (y[i] * y[i] / 2)) / y.Length, gradient[i], 1e-9);
        }
    }
}
