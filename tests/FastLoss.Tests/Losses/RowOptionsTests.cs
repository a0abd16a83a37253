using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>The options that every loss of rows of scores has: mask, accumulation, layouts, rows without an open class, binding.</summary>
public class RowOptionsTests
{
    private const double Infinity = double.PositiveInfinity;

    private const int Rows = 12, Classes = 5;

    private static readonly double[] X = [.. Enumerable.Range(0, Rows * Classes).Select(i => 3 * Math.Sin((i * 1.7) + 1))];

    private static readonly byte[] Labels = [.. Enumerable.Range(0, Rows).Select(r => (byte)(r * 3 % Classes))];

    private static readonly double[] Targets = [.. Enumerable.Range(0, Rows * Classes).Select(i => i % 4 / 8.0)];

    public static TheoryData<int> Kinds => [0, 1, 2, 3, 4];

    /// <summary>A loss of each kind, bound: the plain one, one with every parameter, the two others; and by soft targets.</summary>
    private static LossTally Run(int kind, double[] x, ClassAxis classes, Span<double> gradient, LossOptions<double> options) => kind switch
    {
        0 => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, classes, Labels, gradient, options),
        1 => Loss.EvaluateWithGradient(All, x, classes, Labels, gradient, options),
        2 => Loss.EvaluateWithGradient(new NegativeLogLikelihood(), x, classes, Labels, gradient, options),
        3 => Loss.EvaluateWithGradient(new MultiClassHinge(0.5, 2), x, classes, Labels, gradient, options),
        _ => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double>(All, x, classes, Laid(Targets, classes), gradient, options),
    };

    private static SoftmaxCrossEntropy All => new() { LabelSmoothing = 0.1, Temperature = 2, Softcap = 3, ZLoss = 0.01, FocalGamma = 1.5 };

    /// <summary>The rows' elements where the axis says that they are; 7 in the gaps.</summary>
    private static double[] Laid(double[] rows, ClassAxis axis)
    {
        int pitch = axis.Pitch == 0 ? axis.Count * axis.Inner : axis.Pitch;
        double[] laid = new double[Rows / axis.Inner * pitch];
        Array.Fill(laid, 7);
        for (int r = 0; r < Rows; r++)
        {
            for (int c = 0; c < Classes; c++) laid[Place(r, c, axis, pitch)] = rows[(r * Classes) + c];
        }

        return laid;
    }

    private static int Place(int row, int c, ClassAxis axis, int pitch) => (row / axis.Inner * pitch) + (c * axis.Inner) + (row % axis.Inner);

    [Theory, MemberData(nameof(Kinds))]
    public void EveryLayoutGivesTheBitsOfRows(int kind)
    {
        double[] gradient = new double[X.Length];
        LossTally tally = Run(kind, X, Classes, gradient, default);
        foreach (ClassAxis axis in new ClassAxis[] { new(Classes, 3), new(Classes, 12), new(Classes, 4, 32), new(Classes, 1, 8), new(Classes, 1, Classes) })
        {
            double[] x = Laid(X, axis), laid = new double[x.Length];
            Array.Fill(laid, 7);
            Assert.Equal(tally, Run(kind, x, axis, laid, default));
            Close.Same<double>(Laid(gradient, axis), laid, $"{axis}");
            Assert.Equal(tally, Run(kind, x, axis, x, default));
            Close.Same<double>(laid, x, $"{axis} in place");
        }
    }

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

    [Theory, MemberData(nameof(Kinds))]
    public void AccumulateAddsTheGradient(int kind)
    {
        foreach (ClassAxis axis in new ClassAxis[] { Classes, new(Classes, 3), new(Classes, 1, 8) })
        {
            double[] x = Laid(X, axis), gradient = new double[x.Length], sum = [.. Enumerable.Range(0, x.Length).Select(i => i / 7.0)];
            double[] before = [.. sum];
            LossTally tally = Run(kind, x, axis, gradient, default);
            Assert.Equal(tally, Run(kind, x, axis, sum, new() { Accumulate = true }));
            for (int r = 0; r < Rows; r++)
            {
                for (int c = 0; c < Classes; c++)
                {
                    int i = Place(r, c, axis, axis.Pitch == 0 ? axis.Count * axis.Inner : axis.Pitch);
                    Assert.Equal(before[i] + gradient[i], sum[i]);
                    before[i] = sum[i];
                }
            }

            Assert.Equal(before, sum);
        }
    }

    /// <summary>A masked row is one of weight 0, whatever it and its label hold.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void AMaskedRowIsOneOfWeightZero(int kind)
    {
        bool[] mask = [.. Enumerable.Range(0, Rows).Select(r => r % 4 != 1)];
        double[] weights = [.. Enumerable.Range(0, Rows).Select(r => 0.5 + r)];
        double[] zeros = [.. weights.Select((w, r) => mask[r] ? w : 0)], dirty = [.. X], masked = new double[X.Length], weighed = new double[X.Length];
        dirty.AsSpan(Classes, Classes).Fill(double.NaN);
        LossTally tally = Run(kind, dirty, Classes, masked, new() { Weights = weights, Mask = mask });
        Assert.Equal(Run(kind, X, Classes, weighed, new() { Weights = zeros }), tally);
        Close.Same<double>(weighed, masked, "masked");
        Assert.Equal(9, tally.Count);
        int[] labels = [-5, 1];
        Assert.Equal(1, Loss.Evaluate(new SoftmaxCrossEntropy(), new double[4], 2, labels, new() { Mask = new[] { false, true } }).Count);
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
            LossTally tally = Run(i == 0 ? 1 : 3, X, Classes, expected, default);
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
        Assert.Equal(0, Allocation.Of(() => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, 10, labels, gradient, new() { Mask = mask, Accumulate = true })));
        Assert.Equal(0, Allocation.Of(() => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, new(10, 30), labels, x, new() { MaskedRows = MaskedRows.Zeros })));
    }
}
