namespace FastLoss.Tests.Losses;

/// <summary>Beside the laws of <see cref="Contracts.RowLossContract"/>: literal values, corners, ties, huge scores.</summary>
public class CategoricalHingeTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void LiteralValues()
    {
        double[] gradient = new double[3];
        Assert.Equal(0.5, Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(), [-3, -2, -2.5], 3, [1], gradient).Mean, 1e-15);
        Assert.Equal([0, -1, 1], gradient);
        Assert.Equal(1.5, Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(), [-3, -2.5, -2.8], 3, [0], gradient).Mean, 1e-15);
        Assert.Equal([-1, 1, 0], gradient);
        Assert.Equal(1.5, Loss.Evaluate<CategoricalHinge, float, int>(new(), [-3, -2.5f, -2.8f], 3, [0]).Mean, 1e-15);
        Assert.Equal(0.5, Loss.Evaluate<CategoricalHinge, double, int>(new(0), [-3, -2.5, -2.8], 3, [0]).Mean, 1e-15);
        Assert.Equal(0, Loss.Evaluate<CategoricalHinge, double, int>(new(0), [-3, -2.5, -2.8], 3, [1]).Mean);
    }

    /// <summary>Of equal classes the lowest has the gradient; where the margin is just met none has.</summary>
    [Fact]
    public void TiesAndTheCorner()
    {
        double[] gradient = new double[4];
        Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(), [2, 1, 2, 2], 4, [1], gradient);
        Assert.Equal([1, -1, 0, 0], gradient);
        Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(), [0, 1, 2, 2], 4, [0], gradient);
        Assert.Equal([-1, 0, 1, 0], gradient);
        Assert.Equal(0, Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(), [3, 1, 2, 2], 4, [0], gradient).Sum);
        Assert.Equal([0, 0, 0, 0], gradient);
        Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(0), [3, 3, 2, 2], 4, [0], gradient);
        Assert.Equal([0, 0, 0, 0], gradient);
    }

    [Fact]
    public void Corners()
    {
        Is(0, [Infinity, 3], 0);
        Is(Infinity, [Infinity, 3], 1);
        Is(0, [-Infinity, 3], 1);
        Is(Infinity, [-Infinity, 3], 0);
        Is(0, [-Infinity, -Infinity], 0);
        Is(double.NaN, [Infinity, Infinity], 0);
        Is(0, [5], 0);
        Is(double.NaN, [double.NaN], 0);
        Is(1e300, [0, 1e300, -1e300], 0);
        for (int at = 0; at < 40; at++)
        {
            double[] row = new double[40];
            row[at] = double.NaN;
            foreach (int label in new[] { 0, 7, 39 }) Is(double.NaN, row, label);
        }

        static void Is(double expected, double[] x, int label)
        {
            double[] losses = new double[1], gradient = new double[x.Length];
            LossTally tally = Loss.PerRow<CategoricalHinge, double, int>(new(), x, x.Length, [label], losses);
            Assert.Equal(expected, losses[0]);
            Assert.Equal(tally, Loss.EvaluateWithGradient<CategoricalHinge, double, int>(new(), x, x.Length, [label], gradient));
            if (!double.IsNaN(expected)) Assert.DoesNotContain(double.NaN, gradient);
            else Assert.All(gradient, g => Assert.Equal(double.NaN, g));
        }
    }

    [Fact]
    public void ManyLabelsAreEveryPair()
    {
        // The example of PyTorch's documentation: labels 3 and 0.
        double[] gradient = new double[4];
        Assert.Equal(0.85, Loss.EvaluateWithGradient<MultiLabelMargin, double>(new(), [0.1, 0.2, 0.4, 0.8], 4, [1, 0, 0, 1], gradient).Mean, 1e-15);
        Assert.Equal([-0.5, 0.5, 0.5, -0.5], gradient);
        Assert.Equal(0.375, Loss.Evaluate<MultiLabelMargin, double>(new(0.5), [0.1, 0.2, 0.4, 0.8], 4, [1, 0, 0, 1]).Mean, 1e-15);
        Assert.Equal(0, Loss.Evaluate<MultiLabelMargin, double>(new(), [0.1, 0.2], 2, [1, 1]).Mean);
        Assert.Equal(0, Loss.Evaluate<MultiLabelMargin, double>(new(), [0.1, 0.2], 2, [0, 0]).Mean);
        Assert.Equal(0.6 / 3, Loss.EvaluateWithGradient<MultiLabelMargin, double>(new(), [0.5, 0.1, -Infinity], 3, [1, 0, 0], gradient.AsSpan(0, 3)).Mean, 1e-15);
        Assert.Equal([-1 / 3.0, 1 / 3.0, 0], gradient[..3]);
        Assert.Equal(Infinity, Loss.Evaluate<MultiLabelMargin, double>(new(), [-Infinity, 0], 2, [1, 0]).Mean);
        Assert.Equal(0, Loss.Evaluate<MultiLabelMargin, double>(new(), [-Infinity, -Infinity], 2, [1, 0]).Mean);
        Assert.Equal(double.NaN, Loss.Evaluate<MultiLabelMargin, double>(new(), [0, 0], 2, [1, double.NaN]).Mean);
        Assert.Equal(1e300, Loss.Evaluate<MultiLabelMargin, double>(new(), [-1e300, 1e300], 2, [1, 0]).Mean, 1e285);
    }

    [Fact]
    public void OneLabelIsTheMultiClassHinge()
    {
        Random random = new(3);
        foreach (int n in new[] { 1, 2, 10, 17, 40, 100, 1000 })
        {
            double[] x = [.. Enumerable.Range(0, n).Select(_ => (random.NextDouble() * 6) - 3)], targets = new double[n], one = new double[n], many = new double[n];
            int label = random.Next(n);
            targets[label] = 0.25;
            double expected = Loss.EvaluateWithGradient<MultiClassHinge, double, int>(new(0.75), x, n, [label], one).Sum;
            Assert.Equal(expected, Loss.EvaluateWithGradient<MultiLabelMargin, double>(new(0.75), x, n, targets, many).Sum, 1e-13 * (1 + expected));
            Assert.Equal(one, many, (a, b) => Math.Abs(a - b) < 1e-15 * n);
        }
    }

    /// <summary>The difference of two scores is taken before the margin is added: a large score does not swallow it.</summary>
    [Theory, InlineData(1e17, 1), InlineData(-1e20, 0.25), InlineData(1e300, 0.1), InlineData(1000, 0.3)]
    public void AMarginBetweenLargeScoresIsNotLost(double size, double margin)
    {
        double[] gradient = new double[2];
        Assert.Equal(margin, Loss.Evaluate<CategoricalHinge, double, int>(new(margin), [size, size], 2, [0]).Sum, 1e-15);
        Assert.Equal(margin / 2, Loss.EvaluateWithGradient<MultiLabelMargin, double>(new(margin), [size, size], 2, [1, 0], gradient).Sum, 1e-15);
        Assert.Equal([-0.5, 0.5], gradient);
        if (size < 1e30) Assert.Equal(margin / 2, Loss.Evaluate<MultiLabelMargin, float>(new(margin), [(float)size, (float)size], 2, [1, 0]).Sum, 1e-15);
    }

    [Fact]
    public void BadCallsAreRefused()
    {
        Says("margin is NaN", () => new CategoricalHinge(double.NaN));
        Says("margin is Infinity", () => new MultiLabelMargin(Infinity));
        Says("MaskedRows is Zeros", () => Loss.Evaluate<CategoricalHinge, float, int>(new(), [1, 2], 2, [0], new() { MaskedRows = MaskedRows.Zeros }));
        Says("labels[0] is 2", () => Loss.Evaluate<CategoricalHinge, float, int>(new(), [1, 2], 2, [2]));
        Says("ClassWeights has 2", () => Loss.Evaluate<MultiLabelMargin, float>(new(), [1, 2], 2, [0, 1], new() { ClassWeights = new float[2] }));
        Says("margin is -1", () => new TripletMargin(-1, power: 3));
        Says("power is 0.5", () => new TripletMargin(power: 0.5));

        static void Says(string message, Func<object> action) =>
            Assert.Contains(message.Replace("Infinity", double.PositiveInfinity.ToString(), StringComparison.Ordinal), Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
