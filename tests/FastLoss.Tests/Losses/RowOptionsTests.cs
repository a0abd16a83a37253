using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Beside the laws of <see cref="Contracts.RowOptionContract"/>: what is refused, many masks, rows without an open class, binding.</summary>
public class RowOptionsTests
{
    private const double Infinity = double.PositiveInfinity;

    private const int Rows = 12, Classes = 5;

    private static readonly double[] X = [.. Enumerable.Range(0, Rows * Classes).Select(i => 3 * Math.Sin((i * 1.7) + 1))];

    private static readonly byte[] Labels = [.. Enumerable.Range(0, Rows).Select(r => (byte)(r * 3 % Classes))];

    private static readonly double[] Targets = [.. Enumerable.Range(0, Rows * Classes).Select(i => i % 4 / 8.0)];

    private static SoftmaxCrossEntropy All => new() { LabelSmoothing = 0.1, Temperature = 2, Softcap = 3, ZLoss = 0.01, FocalGamma = 1.5 };

    [Fact]
    public void BadLayoutsSayWhat()
    {
        Says("scores has 60 elements, which is not a whole number of rows of 16", new(Classes, 3, 16));
        Says("classes.Pitch is 14; it must be 0, or at least 15", new(Classes, 3, 14));
        Says("classes.Inner is 0", new(Classes, 0));
        Says("classes is 0", new(0));
        Says("labels has 12 elements; a label for each row of 6 scores needs 10", new(6));

        static void Says(string message, ClassAxis axis) => Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => Loss.Evaluate(new SoftmaxCrossEntropy(), X, axis, Labels)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>More rows than the weights' place on the stack.</summary>
    [Fact]
    public void MasksOfManyRows()
    {
        bool[] mask = [.. Enumerable.Range(0, 5000).Select(r => r % 3 == 0)];
        float[] x = new float[10_000];
        LossTally tally = Loss.Evaluate(new SoftmaxCrossEntropy(), x, 2, new int[5000], new() { Mask = mask });
        Assert.Equal(mask.Count(m => m), tally.Count);
        Assert.Equal(Math.Log(2), tally.Mean, 1e-6);
    }

    [Fact]
    public void TheLabelOfAMaskedRowIsNotRead()
    {
        int[] labels = [-5, 1];
        Assert.Equal(1, Loss.Evaluate(new SoftmaxCrossEntropy(), new double[4], 2, labels, new() { Mask = new[] { false, true } }).Count);
    }

    [Fact]
    public void RowsWithoutAnOpenClassAreNaNOrZeros()
    {
        double[] x = [-Infinity, -Infinity, 0, 0, -Infinity, 1], gradient = new double[6], losses = new double[3];
        int[] labels = [0, 1, 1];
        Assert.True(double.IsNaN(Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, 2, labels, gradient).Sum));
        LossOptions<double> zeros = new() { MaskedRows = MaskedRows.Zeros };
        LossTally tally = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, 2, labels, gradient, zeros);
        Assert.Equal((2, 2), (tally.Weight, tally.Count));
        Assert.Equal(Math.Log(2), tally.Sum, 1e-15);
        Assert.Equal([0, 0, 0.25, -0.25, 0, 0], gradient);
        Assert.Equal(tally, Loss.PerRow(new SoftmaxCrossEntropy(), x, 2, labels, losses, zeros));
        Assert.Equal(0, losses[0]);
        LossTally soft = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, x, 2, [1, 0, 0.5, 0.5, 0, 1], gradient, zeros);
        Assert.Equal(2, soft.Count);
        Assert.Equal([0, 0], gradient[..2]);
    }

    [Fact]
    public void SoftTargetsHaveLossesOfEachRow()
    {
        double[] losses = new double[Rows];
        LossTally tally = Loss.PerRow<SoftmaxCrossEntropy, double>(All, X, Classes, Targets, losses);
        Assert.Equal(tally, Loss.Evaluate<SoftmaxCrossEntropy, double>(All, X, Classes, Targets));
        Assert.Equal(tally.Sum, losses.Sum(), 1e-12);
        for (int r = 0; r < Rows; r++)
        {
            double alone = Loss.Evaluate<SoftmaxCrossEntropy, double>(All, X.AsSpan(r * Classes, Classes), Classes, Targets.AsSpan(r * Classes, Classes)).Sum;
            Assert.Equal(alone, losses[r], 1e-14);
        }
    }

    [Fact]
    public void ABoundLossGivesTheSameBits()
    {
        RowLoss<double>[] losses = [Loss.BindRows<SoftmaxCrossEntropy, double>(All), Loss.BindRows<MultiClassHinge, double>(new(0.5, 2))];
        double[] expected = new double[X.Length], actual = new double[X.Length], perRow = new double[Rows];
        for (int i = 0; i < 2; i++)
        {
            LossTally tally = i == 0
                ? Loss.EvaluateWithGradient(All, X, Classes, Labels, expected)
                : Loss.EvaluateWithGradient(new MultiClassHinge(0.5, 2), X, Classes, Labels, expected);
            Assert.Equal(tally, losses[i].EvaluateWithGradient<byte>(X, Classes, Labels, actual));
            Close.Same<double>(expected, actual, "gradient");
            Assert.Equal(tally, losses[i].Evaluate<byte>(X, Classes, Labels));
            Assert.Equal(tally, losses[i].PerRow<byte>(X, Classes, Labels, perRow));
            losses[i].Gradient<byte>(X, Classes, Labels, actual);
            Close.Same<double>(expected, actual, "gradient alone");
        }

        Assert.Contains("Softcap = 3", losses[0].ToString(), StringComparison.Ordinal);
    }

    /// <summary>An unset struct is the documented default.</summary>
    [Fact]
    public void UnsetLossesAreTheirDefaults()
    {
        Assert.Equal((1.0, 1), (default(MultiClassHinge).Margin, default(MultiClassHinge).Power));
        Assert.Equal(1, default(SoftmaxCrossEntropy).Temperature);
        Assert.Equal(Loss.Evaluate(new MultiClassHinge(1, 1), X, Classes, Labels), Loss.Evaluate(default(MultiClassHinge), X, Classes, Labels));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = new float[3000], gradient = new float[3000];
        int[] labels = new int[300];
        bool[] mask = new bool[300];
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, 10, labels, gradient, new() { Mask = mask, Accumulate = true })));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, new(10, 30), labels, x, new() { MaskedRows = MaskedRows.Zeros })));
    }
}
