using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Beside the laws of <see cref="Contracts.RowLossContract"/>: literal values, corners, label types, class weights.</summary>
public class MultiClassHingeTests
{
    private const double Infinity = double.PositiveInfinity;

    /// <summary>The example of PyTorch's documentation.</summary>
    [Fact]
    public void LiteralValues()
    {
        double[] gradient = new double[4];
        Assert.Equal(0.325, Loss.EvaluateWithGradient<MultiClassHinge, double, int>(new(), [0.1, 0.2, 0.4, 0.8], 4, [3], gradient).Mean, 1e-15);
        Assert.Equal([0.25, 0.25, 0.25, -0.75], gradient);
        Loss.Gradient<MultiClassHinge, double, int>(new(), [0.1, 0.2, 0.4, 0.8], 4, [3], gradient, new() { Denominator = 0.25 });
        Assert.Equal([1, 1, 1, -3], gradient);
        Assert.Equal((0.09 + 0.16 + 0.36) / 4, Loss.Evaluate<MultiClassHinge, double, int>(new(power: 2), [0.1, 0.2, 0.4, 0.8], 4, [3]).Mean, 1e-15);
        Assert.Equal(0.05 / 4, Loss.Evaluate<MultiClassHinge, double, int>(new(0.45), [0.1, 0.2, 0.4, 0.8], 4, [3]).Mean, 1e-15);
    }

    [Fact]
    public void ClassWeightsAreOfTheLabelAndNotOfTheMean()
    {
        double[] x = [1, 2, 3, 3, 2, 1], weights = [1, 0.5, 3];
        double[] losses = new double[2], gradient = new double[6];
        LossTally tally = Loss.PerRow<MultiClassHinge, double, byte>(new(), x, 3, [1, 2], losses, new() { ClassWeights = weights });
        Assert.Equal([0.5 * 2 / 3.0, 3 * 5 / 3.0], losses, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(2, tally.Weight);
        Assert.Equal(tally, Loss.EvaluateWithGradient<MultiClassHinge, double, long>(new(), x, 3, [1, 2], gradient, new() { ClassWeights = weights }));
        Assert.Equal([0, -0.5 / 6, 0.5 / 6, 3 / 6.0, 3 / 6.0, -6 / 6.0], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
        weights[1] = 0;
        Assert.Equal(2, Loss.EvaluateWithGradient<MultiClassHinge, double, int>(new(), [1, double.NaN, 3, 3, 2, 1], 3, [1, 0], gradient, new() { ClassWeights = weights }).Count);
        Assert.Equal([0, 0, 0], gradient[..3]);
    }

    /// <summary>Where a margin is met exactly the derivative, 0, lies between the one-sided ones.</summary>
    [Fact]
    public void AtTheCornerTheDerivativeIsZero()
    {
        double[] gradient = new double[2];
        LossTally tally = Loss.EvaluateWithGradient<MultiClassHinge, double, int>(new(), [1, 2], 2, [1], gradient);
        Assert.Equal((0, 0, 0), (tally.Sum, gradient[0], gradient[1]));
    }

    [Fact]
    public void Corners()
    {
        double[] losses = new double[1];
        Is(0, [Infinity, 3], 0);
        Is(Infinity, [Infinity, 3], 1);
        Is(0, [-Infinity, 3], 1);
        Is(Infinity, [-Infinity, 3], 0);
        Is(0, [-Infinity, -Infinity], 0);
        Is(double.NaN, [Infinity, Infinity], 0);
        Is(double.NaN, [double.NaN, 0], 0);
        Is(double.NaN, [double.NaN, 0], 1);
        Is(0, [5], 0);
        Assert.Equal(0.5, Loss.Evaluate<MultiClassHinge, float, int>(new(), [1e9f, 1e9f], 2, [0]).Mean);

        void Is(double expected, double[] x, int label)
        {
            Loss.PerRow<MultiClassHinge, double, int>(new(), x, x.Length, [label], losses);
            Assert.Equal(expected, losses[0]);
        }
    }

    [Fact]
    public void IgnoredLabelsOfAnyTypeAndEmptyBatches()
    {
        float[] gradient = [5, 5, 5, 5];
        LossTally tally = Loss.EvaluateWithGradient<MultiClassHinge, float, byte>(new(), [1, 2, float.NaN, 1], 2, [0, 255], gradient, new() { IgnoreLabel = 255 });
        Assert.Equal(new(1, 1, 1), tally);
        Assert.Equal([-0.5f, 0.5f, 0, 0], gradient);
        Assert.Equal(default, Loss.EvaluateWithGradient<MultiClassHinge, float, ulong>(new(), [float.NaN, 1], 2, [9], gradient.AsSpan(0, 2), new() { IgnoreLabel = 9 }));
        Assert.Equal(default, Loss.Evaluate<MultiClassHinge, float, int>(new(), [], 2, []));
    }

    [Fact]
    public void BadCallsAreRefused()
    {
        Says("labels[1] is 2; with 2 classes", () => Loss.Evaluate<MultiClassHinge, float, int>(new(), [1, 2, 3, 4], 2, [0, 2]));
        Says("margin is NaN", () => Loss.Evaluate<MultiClassHinge, float, int>(new(double.NaN), [1, 2], 2, [0]));
        Says("power is 3", () => Loss.Evaluate<MultiClassHinge, float, int>(new(power: 3), [1, 2], 2, [0]));
        Says("MaskedRows is Zeros", () => Loss.Evaluate<MultiClassHinge, float, int>(new(), [1, 2], 2, [0], new() { MaskedRows = MaskedRows.Zeros }));
        Says("ClassWeights has 3", () => Loss.Evaluate<MultiClassHinge, float, int>(new(), [1, 2], 2, [0], new() { ClassWeights = new float[3] }));
        Says("labels has 2 elements; a label for each row of 2 scores needs 1", () => Loss.Evaluate<MultiClassHinge, float, int>(new(), [1, 2], 2, [0, 1]));
        float[] x = [1, 2, 3, 4, 5];
        Says("overlaps", () => Loss.EvaluateWithGradient<MultiClassHinge, float, int>(new(), x.AsSpan(0, 4), 2, [0, 1], x.AsSpan(1)));
        Says("overlaps", () => Loss.PerRow<MultiClassHinge, float, int>(new(), x.AsSpan(0, 4), 2, [0, 1], x.AsSpan(1, 2)));
        Assert.Equal([1, 2, 3, 4, 5], x);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = new float[1000], gradient = new float[1000];
        int[] labels = new int[10];
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<MultiClassHinge, float, int>(new(), x, 100, labels, gradient, new() { IgnoreLabel = 5, Weights = x.AsSpan(0, 10) })));
    }
}
