using System.Numerics;
using FastLoss.Catalog;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

/// <summary>Gradients by the targets: of element-wise losses against the definition's numerical derivative, of cross-entropy against -w ln p.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60)]
public class TargetGradientTests
{
    private static readonly List<string> Checked = [];

    [Fact]
    public void OfElementsItIsTheNumericalOneAndNoLossIsMissing()
    {
        Checked.Clear();
        Check(new SquaredError(), "SquaredError");
        Check(new HalfSquaredError(), "HalfSquaredError");
        Check(new AbsoluteError(), "AbsoluteError");
        Check(new PowerError(1.5), "PowerError, power 1.5");
        Check(new PowerError(3), "PowerError, power 3");
        Check(new GeneralizedJensenShannon(0.9), "GeneralizedJensenShannon, share 0.9");
        Check(new Huber(2.5), "Huber, delta 2.5");
        Check(new SmoothL1(0.5), "SmoothL1, beta 0.5");
        Check(new LogCosh(), "LogCosh");
        Check(new Quantile(0.25), "Quantile, tau 0.25");
        Check(new TotalVariation(), "TotalVariation");
        Check(new GaussianNll(0.5), "GaussianNll, variance 0.5");
        Check(new JensenShannon(), "JensenShannon");
        Check(new KLDivergence(), "KLDivergence");
        Check(new KLDivergenceLogTarget(), "KLDivergenceLogTarget");
        Check(new BinaryCrossEntropy(3, 0.1), "BinaryCrossEntropy, weight 3, smoothing 0.1");
        Check(new BinaryCrossEntropyFromLogits(), "BinaryCrossEntropyFromLogits");
        Check(new BinaryCrossEntropyFromLogits(3, 0.1), "BinaryCrossEntropyFromLogits, weight 3, smoothing 0.1");
        IEnumerable<string> all = typeof(Loss).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && type.IsAssignableTo(typeof(ITargetDifferentiableLoss))).Select(type => type.Name);
        Assert.Equal(all.Order(StringComparer.Ordinal), Checked.Select(n => n.Split(',')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>ln t - y + 1 of a divergence with log-probabilities y.</summary>
    [Fact]
    public void OfTheDivergenceItIsALiteral()
    {
        double[] gradient = new double[1];
        Loss.TargetGradient<KLDivergence, double>(new(), [-0.5], [0.4], gradient);
        Assert.Equal(0.5837092681, gradient[0], 1e-10);
        Loss.TargetGradient<KLDivergenceLogTarget, double>(new(), [-0.5], [Math.Log(0.4)], gradient);
        Assert.Equal(0.4 * 0.5837092681, gradient[0], 1e-10);
    }

    private static void Check<TLoss>(TLoss loss, string name)
        where TLoss : struct, ITargetDifferentiableLoss
    {
        ElementwiseCase c = ElementwiseCase.All.Single(l => l.Name == name);
        Checked.Add(name);
        double[] us = [.. Enumerable.Range(0, 400).Select(i => i * 0.618034 % 1)];
        double[] y = [.. us.Select(u => (double)(float)c.Kind.Prediction(u))], t = [.. us.Select(u => (double)(float)c.Kind.Target(u * 977 % 1))], g = new double[400];
        float[] narrow = new float[400];
        Loss.TargetGradient<TLoss, double>(loss, y, t, g, new() { Denominator = 1 });
        Loss.TargetGradient<TLoss, float>(loss, Array.ConvertAll(y, v => (float)v), Array.ConvertAll(t, v => (float)v), narrow, new() { Denominator = 1 });
        int compared = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double prediction = y[i], step = 1e-4 * Math.Max(1, Math.Abs(t[i]));
            bool isKinked = c.Kinks(t[i]).Length > 0 && Math.Abs(prediction - t[i]) < 0.01;
            double nearest = Math.Min(Math.Abs(t[i]), Math.Abs(1 - t[i]));
            if (isKinked || nearest < 0.01) continue;
            double numerical = (c.Value(prediction, t[i] - (2 * step)) - (8 * c.Value(prediction, t[i] - step)) + (8 * c.Value(prediction, t[i] + step)) - c.Value(prediction, t[i] + (2 * step))) / (12 * step);
            double size = Math.Max(1, Math.Abs(numerical) + Math.Abs(c.Value(prediction, t[i])));
            Assert.True(Math.Abs(numerical - g[i]) <= 1e-7 * size, $"{name} at y = {prediction:R}, t = {t[i]:R}: {g[i]:R}, numerically {numerical:R}");
            Assert.True(Math.Abs(g[i] - narrow[i]) <= 2e-5 * size, $"{name} of floats at y = {prediction:R}, t = {t[i]:R}: {narrow[i]:R}, not {g[i]:R}");
            compared++;
        }

        Assert.True(compared > 100, $"{name}: {compared} compared");

        // Weights, mask and mean, over the targets.
        double[] weights = [.. us.Select((_, i) => i % 3.0)], over = [.. t];
        over[3] = double.NaN;
        bool[] mask = [.. us.Select((_, i) => i % 7 != 1)];
        Loss.TargetGradient<TLoss, double>(loss, y, over, over, new() { Weights = weights, Mask = mask });
        double total = weights.Where((_, i) => mask[i]).Sum();
        for (int i = 0; i < y.Length; i++)
        {
            double expected = mask[i] && weights[i] != 0 ? g[i] * weights[i] / total : 0;
            Assert.True(Close.IsClose(expected, over[i], 1e-14, 1e-300), $"{name}[{i}]: {over[i]:R}, not {expected:R}");
        }

        Assert.Equal(0, Comparison.Allocated(() => Loss.TargetGradient<TLoss, double>(loss, y, t, g)));
        Assert.Contains("gradient has 399", Assert.ThrowsAny<ArgumentException>(() => Loss.TargetGradient<TLoss, double>(loss, y, t, g.AsSpan(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CornersOfDivergences()
    {
        double[] g = new double[4];
        double low = double.NegativeInfinity;
        Loss.TargetGradient<KLDivergence, double>(new(), [-1, low, low, double.NaN], [0, 0, 0.5, 0.5], g, new() { Denominator = 1 });
        Assert.Equal([low, 0, double.PositiveInfinity, double.NaN], g);
        Loss.TargetGradient<KLDivergenceLogTarget, double>(new(), [-1, low, low, double.NaN], [low, low, -1, -1], g, new() { Denominator = 1 });
        Assert.Equal([0, 0, double.PositiveInfinity, double.NaN], g);
    }

    [Property]
    public void OfCrossEntropyItIsMinusTheLogProbability(Batch batch)
    {
        Soft<float>(batch, new(), 4e-6);
        Soft<double>(batch, new(), 1e-12);
        SoftmaxCrossEntropy loss = new() { LabelSmoothing = 0.25, Temperature = 2, Softcap = 8, FocalGamma = 1.5, ZLoss = 3 };
        Soft<float>(batch, loss, 2e-4);
        Soft<double>(batch, loss, 1e-11);
    }

    private static void Soft<T>(Batch batch, SoftmaxCrossEntropy loss, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = batch.ClassCount;
        T[] logits = batch.As<T>(), weights = [.. batch.Labels.Select((_, r) => T.CreateTruncating(r % 3))], classWeights = [.. Enumerable.Range(0, n).Select(c => T.CreateTruncating(0.5 + (c % 4)))];
        T[] gradient = new T[logits.Length];
        LossOptions<T> options = new() { Weights = weights, ClassWeights = classWeights, Mask = [.. weights.Select((_, r) => r % 5 != 4)] };
        Loss.TargetGradient(loss, logits, n, gradient, options);
        double total = Enumerable.Range(0, batch.Rows).Sum(r => r % 5 != 4 ? r % 3 : 0);
        for (int r = 0; r < batch.Rows; r++)
        {
            double[] row = [.. batch.Logits[(r * n)..((r + 1) * n)].Select(Transformed)];
            double[] log = Reference.LogSoftmax(row);
            double factor = total == 0 || r % 5 == 4 ? 0 : r % 3 * (1 - loss.LabelSmoothing) / total;
            double[] expected = [.. log.Select((l, c) => factor == 0 || (double.IsNegativeInfinity(l) && log.Any(v => v > l))
                ? 0
                : -l * Math.Pow(-Reference.ExpM1(l), loss.FocalGamma) * (0.5 + (c % 4)) * factor)];
            if (expected.Any(double.IsNaN)) expected.AsSpan().Fill(double.NaN);
            for (int c = 0; c < n; c++)
            {
                double actual = double.CreateTruncating(gradient[(r * n) + c]);
                double allowed = tolerance * (Math.Abs(expected[c]) + (1e-2 * factor * (1 + row.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max())));
                Assert.True(expected[c].Equals(actual) || Math.Abs(expected[c] - actual) <= allowed, $"row {r}, class {c}: {actual:R}, not {expected[c]:R}; [{string.Join(", ", row)}]");
            }
        }

        double Transformed(double x) => (loss.Softcap is double s && double.IsFinite(x) ? s * Math.Tanh(x / s) : x) / loss.Temperature;
    }

    /// <summary>The loss is linear in the targets: one more of a class adds its gradient.</summary>
    [Fact]
    public void OneMoreOfAClassAddsItsGradient()
    {
        double[] logits = [1, -2, 0.5, 3, 2, -1, 0, 4], targets = [0.2, 0.3, 0.1, 0.4, 0.7, 0.1, 0.1, 0.1], gradient = new double[8];
        SoftmaxCrossEntropy loss = new() { LabelSmoothing = 0.1, Temperature = 2, Softcap = 5, FocalGamma = 1.5, ZLoss = 0.1 };
        LossOptions<double> options = new() { Weights = [2, 0.5], ClassWeights = [1, 2, 3, 0.5] };
        LossTally before = Loss.Evaluate<SoftmaxCrossEntropy, double>(loss, logits, 4, targets, options);
        Loss.TargetGradient(loss, logits, 4, gradient, options);
        for (int i = 0; i < 8; i++)
        {
            double[] more = [.. targets];
            more[i] += 1;
            Assert.Equal(Loss.Evaluate<SoftmaxCrossEntropy, double>(loss, logits, 4, more, options).Mean - before.Mean, gradient[i], 1e-13);
        }
    }

    [Fact]
    public void PlacesAndMaskedRowsAndRefusals()
    {
        double low = double.NegativeInfinity;
        double[] logits = [1, 2, 3, low, low, low, 1, double.NaN, 0, 4, low, 2], gradient = new double[12], expected = new double[12];
        Loss.TargetGradient(new SoftmaxCrossEntropy(), logits, 3, expected, new() { MaskedRows = MaskedRows.Zeros });
        Assert.Equal([0, 0, 0], expected[3..6]);
        Assert.All(expected[6..9], v => Assert.True(double.IsNaN(v)));
        Assert.Equal(0, expected[10]);
        Assert.Equal(-Reference.LogSoftmax([1, 2, 3])[1] / 3, expected[1], 1e-15);

        double[] over = [.. logits], columns = [.. Enumerable.Range(0, 12).Select(i => logits[(i % 4 * 3) + (i / 4)])];
        Loss.TargetGradient(new SoftmaxCrossEntropy(), over, 3, over, new() { MaskedRows = MaskedRows.Zeros });
        Close.Same<double>(expected, over, "in place");
        gradient.AsSpan().Fill(10);
        Loss.TargetGradient(new SoftmaxCrossEntropy(), columns, new(3, Inner: 4), gradient, new() { MaskedRows = MaskedRows.Zeros, Accumulate = true });
        for (int i = 0; i < 12; i++) Assert.Equal(expected[(i % 4 * 3) + (i / 4)] + 10, gradient[i], 1e-14);
        Loss.TargetGradient(new SoftmaxCrossEntropy(), columns, new(3, Inner: 4), columns, new() { MaskedRows = MaskedRows.Zeros });
        for (int i = 0; i < 12; i++) Assert.Equal(expected[(i % 4 * 3) + (i / 4)], columns[i]);
        Loss.TargetGradient<double>(new SoftmaxCrossEntropy(), [], 3, []);

        gradient.AsSpan().Fill(5);
        Says("IgnoreLabel is 1", new(), new() { IgnoreLabel = 1 }, gradient);
        Says("ClassWeights has 2 elements; a weight for each class needs 3", new(), new() { ClassWeights = [1, 2] }, gradient);
        Says("Weights has 2 elements; a weight for each row needs 4", new(), new() { Weights = [1, 2] }, gradient);
        Says("LabelSmoothing is 2", new() { LabelSmoothing = 2 }, default, gradient);
        Says("gradient has 11", new(), default, gradient.AsSpan(1));
        Says("gradient overlaps scores in part", new(), default, logits.AsSpan(1));
        Assert.All(gradient, v => Assert.Equal(5, v));
        Assert.Equal(0, Comparison.Allocated(() => Loss.TargetGradient(new SoftmaxCrossEntropy(), logits, 3, gradient, new() { Accumulate = true })));

        void Says(string message, SoftmaxCrossEntropy loss, LossOptions<double> options, Span<double> destination)
        {
            string? actual = null;
            try
            {
                Loss.TargetGradient(loss, message.Contains("part", StringComparison.Ordinal) ? logits.AsSpan(0, 9) : logits, 3, message.Contains("part", StringComparison.Ordinal) ? destination[..9] : destination, options);
            }
            catch (ArgumentException refusal)
            {
                actual = refusal.Message;
            }

            Assert.True(actual != null && actual.Contains(message, StringComparison.Ordinal), $"says: {actual}; not: {message}");
        }
    }
}
