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
        Assert.Equal(0.325, MultiClassHinge.EvaluateWithGradient<double, int>([0.1, 0.2, 0.4, 0.8], 4, [3], gradient).Mean, 1e-15);
        Assert.Equal([0.25, 0.25, 0.25, -0.75], gradient);
        MultiClassHinge.Gradient<double, int>([0.1, 0.2, 0.4, 0.8], 4, [3], gradient, new() { Denominator = 0.25 });
        Assert.Equal([1, 1, 1, -3], gradient);
        Assert.Equal((0.09 + 0.16 + 0.36) / 4, MultiClassHinge.Evaluate<double, int>([0.1, 0.2, 0.4, 0.8], 4, [3], power: 2).Mean, 1e-15);
        Assert.Equal(0.05 / 4, MultiClassHinge.Evaluate<double, int>([0.1, 0.2, 0.4, 0.8], 4, [3], margin: 0.45).Mean, 1e-15);
    }

    [Fact]
    public void ClassWeightsAreOfTheLabelAndNotOfTheMean()
    {
        double[] x = [1, 2, 3, 3, 2, 1], weights = [1, 0.5, 3];
        double[] losses = new double[2], gradient = new double[6];
        LossTally tally = MultiClassHinge.PerRow<double, byte>(x, 3, [1, 2], losses, new() { ClassWeights = weights });
        Assert.Equal([0.5 * 2 / 3.0, 3 * 5 / 3.0], losses, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(2, tally.Weight);
        Assert.Equal(tally, MultiClassHinge.EvaluateWithGradient<double, long>(x, 3, [1, 2], gradient, new() { ClassWeights = weights }));
        Assert.Equal([0, -0.5 / 6, 0.5 / 6, 3 / 6.0, 3 / 6.0, -6 / 6.0], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
        weights[1] = 0;
        Assert.Equal(2, MultiClassHinge.EvaluateWithGradient<double, int>([1, double.NaN, 3, 3, 2, 1], 3, [1, 0], gradient, new() { ClassWeights = weights }).Count);
        Assert.Equal([0, 0, 0], gradient[..3]);
    }

    /// <summary>Where a margin is met exactly the derivative, 0, lies between the one-sided ones.</summary>
    [Fact]
    public void AtTheCornerTheDerivativeIsZero()
    {
        double[] gradient = new double[2];
        LossTally tally = MultiClassHinge.EvaluateWithGradient<double, int>([1, 2], 2, [1], gradient);
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
        Assert.Equal(0.5, MultiClassHinge.Evaluate<float, int>([1e9f, 1e9f], 2, [0]).Mean);

        void Is(double expected, double[] x, int label)
        {
            MultiClassHinge.PerRow<double, int>(x, x.Length, [label], losses);
            Assert.Equal(expected, losses[0]);
        }
    }

    [Fact]
    public void IgnoredLabelsOfAnyTypeAndEmptyBatches()
    {
        float[] gradient = [5, 5, 5, 5];
        LossTally tally = MultiClassHinge.EvaluateWithGradient<float, byte>([1, 2, float.NaN, 1], 2, [0, 255], gradient, new() { IgnoreLabel = 255 });
        Assert.Equal(new(1, 1, 1), tally);
        Assert.Equal([-0.5f, 0.5f, 0, 0], gradient);
        Assert.Equal(default, MultiClassHinge.EvaluateWithGradient<float, ulong>([float.NaN, 1], 2, [9], gradient.AsSpan(0, 2), new() { IgnoreLabel = 9 }));
        Assert.Equal(default, MultiClassHinge.Evaluate<float, int>([], 2, []));
    }

    [Fact]
    public void BadCallsAreRefused()
    {
        Says("labels[1] is 2; with 2 classes", () => MultiClassHinge.Evaluate<float, int>([1, 2, 3, 4], 2, [0, 2]));
        Says("margin is NaN", () => MultiClassHinge.Evaluate<float, int>([1, 2], 2, [0], margin: double.NaN));
        Says("power is 3", () => MultiClassHinge.Evaluate<float, int>([1, 2], 2, [0], power: 3));
        Says("Temperature is 2", () => MultiClassHinge.Evaluate<float, int>([1, 2], 2, [0], new() { Temperature = 2 }));
        Says("LabelSmoothing is 0.1", () => MultiClassHinge.Evaluate<float, int>([1, 2], 2, [0], new() { LabelSmoothing = 0.1 }));
        Says("ClassWeights has 3", () => MultiClassHinge.Evaluate<float, int>([1, 2], 2, [0], new() { ClassWeights = new float[3] }));
        Says("labels has 2 elements; a label for each row of scores needs 1", () => MultiClassHinge.Evaluate<float, int>([1, 2], 2, [0, 1]));
        float[] x = [1, 2, 3, 4, 5];
        Says("overlaps", () => MultiClassHinge.EvaluateWithGradient<float, int>(x.AsSpan(0, 4), 2, [0, 1], x.AsSpan(1)));
        Says("overlaps", () => MultiClassHinge.PerRow<float, int>(x.AsSpan(0, 4), 2, [0, 1], x.AsSpan(1, 2)));
        Assert.Equal([1, 2, 3, 4, 5], x);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = new float[1000], gradient = new float[1000];
        int[] labels = new int[10];
        Assert.Equal(0, Allocation.Of(() => MultiClassHinge.EvaluateWithGradient<float, int>(x, 100, labels, gradient, new() { IgnoreLabel = 5, RowWeights = x.AsSpan(0, 10) })));
    }
}
