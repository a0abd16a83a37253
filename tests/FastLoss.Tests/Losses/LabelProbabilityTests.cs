using FastLoss.Catalog;

namespace FastLoss.Tests.Losses;

/// <summary>Poly-1, generalized cross-entropy, ArcFace, CosFace and circle loss: literal values, lost digits, corners, long rows.</summary>
public class LabelProbabilityTests
{
    private const double Infinity = double.PositiveInfinity;

    /// <summary>Of a confident row 1 - p is 4.1e-9: nothing of it is left where p is taken from 1 in float.</summary>
    [Fact]
    public void ConfidentRowsKeepTheirDigits()
    {
        const double L = 4.1223072363e-9;
        float[] logits = [20, 0, 0], gradient = new float[3];
        Assert.Equal(2 * L, Loss.EvaluateWithGradient<PolyCrossEntropy, float, int>(new(1), logits, 3, [0], gradient).Sum, 1e-14);
        Assert.Equal(-2 * L, gradient[0], 1e-14);
        Assert.Equal(L * L / 2, Loss.EvaluateWithGradient<PolyCrossEntropy, float, int>(new(-1), logits, 3, [0], gradient).Sum, 1e-23);
        Assert.Equal(-L * L, gradient[0], 1e-23);
        Assert.Equal(L, Loss.EvaluateWithGradient<GeneralizedCrossEntropy, float, int>(new(0.7), logits, 3, [0], gradient).Sum, 1e-14);
        Assert.Equal(-L, gradient[0], 1e-14);
    }

    [Fact]
    public void PowersNearZeroAreCrossEntropy()
    {
        double[] logits = [1, 2, 0.5];
        double l = Reference.CrossEntropy(logits, 0);
        foreach (double q in new[] { 0, 1e-300, 1e-29, 1e-12 })
        {
            Assert.Equal(l, Loss.Evaluate<GeneralizedCrossEntropy, double, int>(new(q), logits, 3, [0]).Sum, 1e-11);
            Assert.Equal(l, Loss.Evaluate<GeneralizedCrossEntropy, float, int>(new(q), [1, 2, 0.5f], 3, [0]).Sum, 1e-6);
        }

        Assert.Equal(l * (1 - (5e-9 * l)), Loss.Evaluate<GeneralizedCrossEntropy, double, int>(new(1e-8), logits, 3, [0]).Sum, 1e-15);
        Assert.Equal(1 - Math.Exp(-l), Loss.Evaluate<GeneralizedCrossEntropy, double, int>(new(1), logits, 3, [0]).Sum, 1e-15);
        Assert.Equal((new GeneralizedCrossEntropy(), 0.7), (default, default(GeneralizedCrossEntropy).Power));
    }

    [Fact]
    public void MaskedLabelsHaveFiniteGradients()
    {
        double[] gradient = new double[3];
        Assert.Equal(1 / 0.7, Loss.EvaluateWithGradient<GeneralizedCrossEntropy, double, int>(new(0.7), [-Infinity, 1, 1], 3, [0], gradient).Sum, 1e-15);
        Assert.Equal([0, 0, 0], gradient);
        Assert.Equal(Infinity, Loss.EvaluateWithGradient<PolyCrossEntropy, double, int>(new(-1), [-Infinity, 1, 1], 3, [0], gradient).Sum);
        Assert.Equal([-1, 0.5, 0.5], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(Infinity, Loss.EvaluateWithGradient<ArcFace, double, int>(new(2), [-Infinity, 0.5, 0.5], 3, [0], gradient).Sum);
        Assert.Equal([-2, 1, 1], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(Infinity, Loss.EvaluateWithGradient<CircleLoss, double, int>(new(2), [-Infinity, 0.5, 0.5], 3, [0], gradient).Sum);
        Assert.DoesNotContain(gradient, double.IsNaN);
        foreach (double bad in new[] { double.NaN, Infinity })
        {
            Assert.True(double.IsNaN(Loss.Evaluate<ArcFace, double, int>(new(), [bad, 0.5], 2, [0]).Sum));
            Assert.True(double.IsNaN(Loss.Evaluate<ArcFace, double, int>(new(), [0.5, bad], 2, [0]).Sum));
            Assert.True(double.IsNaN(Loss.Evaluate<CircleLoss, double, int>(new(), [bad, 0.5], 2, [0]).Sum));
            Assert.True(double.IsNaN(Loss.Evaluate<CircleLoss, double, int>(new(), [0.5, bad], 2, [0]).Sum));
        }
    }

    /// <summary>Long rows too, at the papers' scales, by the definition in double.</summary>
    [Fact]
    public void CosinesAtTheScalesOfThePapers()
    {
        Random random = new(3);
        foreach (int classes in new[] { 2, 10, 33, 200, 3000 })
        {
            double[] cosines = [.. Enumerable.Range(0, classes).Select(_ => 1.6 * (random.NextDouble() - 0.5))];
            int label = random.Next(classes);
            double c = cosines[label];
            Check<ArcFace>(new(), 64, Math.Cos(Math.Acos(c) + 0.5));
            Check<CosFace>(new(), 64, c - 0.35);

            void Check<TLoss>(TLoss loss, double scale, double of)
                where TLoss : struct, ILabelLoss
            {
                double[] logits = [.. cosines.Select((v, i) => scale * (i == label ? of : v))];
                double expected = Reference.CrossEntropy(logits, label);
                Assert.Equal(expected, Loss.Evaluate<TLoss, double, int>(loss, cosines, classes, [label]).Sum, 1e-12 * (1 + expected));
                float[] narrow = Array.ConvertAll(cosines, v => (float)v), gradient = new float[classes];
                Assert.Equal(expected, Loss.EvaluateWithGradient<TLoss, float, int>(loss, narrow, classes, [label], gradient).Sum, 3e-5 * (1 + expected));
                Assert.True(gradient[label] <= 0);
            }
        }
    }

    [Fact]
    public void ArcsAtTheEndsHaveFiniteGradients()
    {
        foreach (double end in new[] { 1, -1, 1.0000001, -1.0000001 })
        {
            double[] gradient = new double[2];
            double c = Math.Clamp(end, -1, 1), phi = c > 0 ? Math.Cos(0.5) : -1 - (0.5 * Math.Sin(0.5));
            double expected = Reference.CrossEntropy([8 * phi, 8 * 0.9], 0);
            Assert.Equal(expected, Loss.EvaluateWithGradient<ArcFace, double, int>(new(8), [end, 0.9], 2, [0], gradient).Sum, 1e-13);
            Assert.All(gradient, g => Assert.True(double.IsFinite(g) && g != 0));
            float[] narrow = new float[2];
            Assert.Equal(expected, Loss.EvaluateWithGradient<ArcFace, float, int>(new(8), [(float)end, 0.9f], 2, [0], narrow).Sum, 1e-5);
            Assert.All(narrow, g => Assert.True(float.IsFinite(g) && Math.Abs(g) < 8 * 4096));
        }
    }

    [Fact]
    public void NoMarginIsATemperature()
    {
        double[] cosines = [0.6, -0.2, 0.1, -0.9, 0.3, 0.99], expected = new double[6], gradient = new double[6];
        double loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new() { Temperature = 1 / 8.0 }, cosines, 3, [1, 2], expected).Sum;
        Assert.Equal(loss, Loss.EvaluateWithGradient<CosFace, double, int>(new(8, 0), cosines, 3, [1, 2], gradient).Sum, 1e-13);
        Assert.Equal(expected, gradient, (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal(loss, Loss.EvaluateWithGradient<ArcFace, double, int>(new(8, 0), cosines, 3, [1, 2], gradient).Sum, 1e-13);
        Assert.Equal(expected, gradient, (a, b) => Math.Abs(a - b) < 1e-13);
    }

    /// <summary>The gradient takes weights as constants: g and the weight times that of cross-entropy.</summary>
    [Fact]
    public void CirclesHaveThePapersGradient()
    {
        double[] cosines = [0.7, 0.4, -0.5, 0.1], gradient = new double[4], slopes = new double[4];
        double[] weights = [16 * (1.25 - 0.7), 16 * (0.4 + 0.25), 0, 16 * (0.1 + 0.25)];
        double[] logits = [weights[0] * (0.7 - 0.75), weights[1] * (0.4 - 0.25), 0, weights[3] * (0.1 - 0.25)];
        LossTally tally = Loss.EvaluateWithGradient<CircleLoss, double, int>(new(16), cosines, 4, [0], gradient);
        Assert.Equal(Reference.CrossEntropy(logits, 0), tally.Sum, 1e-14);
        double[] expected = [.. Reference.CrossEntropyGradient(logits, 0).Zip(weights, (p, w) => p * w)];
        Assert.Equal(expected, gradient, (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(tally, Loss.EvaluateWithGradient<CircleLoss, double, int>(new(16) { DifferentiatesWeights = true }, cosines, 4, [0], slopes));
        Assert.Equal(2 * 0.3 / (1.25 - 0.7) * gradient[0], slopes[0], 1e-14);
        Assert.Equal(2 * 0.4 / (0.4 + 0.25) * gradient[1], slopes[1], 1e-14);
    }

    [Fact]
    public void TripletsOfAnyNorm()
    {
        double[] byA = new double[2], byP = new double[2], byN = new double[2];
        LossTally tally = Loss.EvaluateWithGradient<double>(new TripletMargin(6, epsilon: 0, power: 1), [0, 0], [3, -4], [1, 1], 2, new(byA, byP, byN));
        Assert.Equal(7 - 2 + 6, tally.Sum, 1e-14);
        Assert.Equal([0, 2, 1, -1, -1, -1], [.. byA, .. byP, .. byN]);
        Assert.Equal(Math.Cbrt(27 + 64) - Math.Cbrt(2) + 6, Loss.Evaluate<double>(new TripletMargin(6, epsilon: 0, power: 3), [0, 0], [3, -4], [1, 1], 2).Sum, 1e-13);
        double euclid = Loss.Evaluate<double>(new TripletMargin(6), [0, 0], [3, -4], [1, 1], 2).Sum;
        Assert.Equal(euclid, Loss.Evaluate<double>(new TripletMargin(6, power: 2.0000000001), [0, 0], [3, -4], [1, 1], 2).Sum, 1e-9);
        foreach (double scale in new[] { 1e-200, 1e200 })
        {
            double expected = scale * (Math.Cbrt(27 + 64) - Math.Cbrt(2));
            Assert.Equal(expected, Loss.EvaluateWithGradient<double>(new TripletMargin(0, epsilon: 0, power: 3), [0, 0], [3 * scale, -4 * scale], [scale, scale], 2, new(byA, byP, byN)).Sum, 1e-12 * expected);
            Assert.Equal(9 / Math.Pow(91, 2.0 / 3), byP[0], 1e-12);
        }

        Assert.True(double.IsNaN(Loss.Evaluate<double>(new TripletMargin(power: 3), [Infinity], [1], [1], 1).Sum));
        Assert.True(double.IsNaN(Loss.Evaluate<double>(new TripletMargin(power: 1), [1], [double.NaN], [1], 1).Sum));
        Loss.EvaluateWithGradient<double>(new TripletMargin(1, epsilon: 0, power: 1), [1, 2], [1, 2], [1, 2], 2, new(byA, byP, byN));
        Assert.All(byA.Concat(byP).Concat(byN), g => Assert.Equal(0, g));
    }

    [Fact]
    public void BadParametersAreRefused()
    {
        Says("epsilon is -1.5", () => new PolyCrossEntropy(-1.5));
        Says("power is 1.5", () => new GeneralizedCrossEntropy(1.5));
        Says("power is NaN", () => new GeneralizedCrossEntropy(double.NaN));
        Says("scale is 0", () => new ArcFace(0));
        Says("scale is 10000000", () => new CosFace(1e7));
        Says("scale is NaN", () => new CircleLoss(double.NaN));
        Says("margin is 4", () => new ArcFace(margin: 4));
        Assert.Equal((64, 0.5, 64, 0.35, 256, 0.25), (default(ArcFace).Scale, default(ArcFace).Margin, default(CosFace).Scale, default(CosFace).Margin, default(CircleLoss).Scale, default(CircleLoss).Margin));

        static void Says(string message, Func<object> action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
