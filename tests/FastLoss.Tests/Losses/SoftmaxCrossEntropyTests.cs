using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200)]
public class SoftmaxCrossEntropyTests
{
    [Property]
    public void ValuesAndGradientsAreWhatTheDefinitionSays(Batch batch)
    {
        AgainstDefinition<float>(batch, 1e-6, 2e-38);
        AgainstDefinition<double>(batch, 1e-13, 3.4e-308);
    }

    private static void AgainstDefinition<T>(Batch batch, double tolerance, double flushed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>();
        T[] gradient = new T[x.Length];
        T[] losses = new T[batch.Rows];
        LossTally tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, gradient);
        Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, losses);
        Assert.Equal(batch.Rows, tally.Count);
        Assert.Equal(batch.Rows, tally.Weight);
        double[] wide = Reference.Widen<T>(x);
        double sum = 0;
        for (int r = 0; r < batch.Rows; r++)
        {
            Range row = (r * batch.ClassCount)..((r + 1) * batch.ClassCount);
            if (Array.TrueForAll(wide[row], double.IsNegativeInfinity))
            {
                Assert.True(T.IsNaN(losses[r]));
                sum = double.NaN;
                continue;
            }

            double expected = Reference.CrossEntropy(wide[row], batch.Labels[r]);
            double actual = double.CreateTruncating(losses[r]);
            Assert.True(Close.IsClose(expected, actual, tolerance, flushed), $"{typeof(T).Name} row {r}: {actual:R}, expected {expected:R}");
            sum += expected;
            double[] g = Array.ConvertAll(Reference.CrossEntropyGradient(wide[row], batch.Labels[r]), v => v / batch.Rows);
            Close.Relative<T>(g, gradient.AsSpan()[row], tolerance, $"{typeof(T).Name} gradient of row {r}", flushed);
        }

        Assert.True(Close.IsClose(sum, tally.Sum, tolerance, flushed), $"{typeof(T).Name}: {tally.Sum:R}, expected {sum:R}");
    }

    [Property]
    public void ValueAloneGradientAloneAndInPlaceHaveTheSameBits(Batch batch)
    {
        SameBits<float>(batch);
        SameBits<double>(batch);
    }

    private static void SameBits<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>();
        T[] gradient = new T[x.Length];
        LossTally both = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, gradient);
        Assert.Equal(Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels), both);
        Assert.Equal(Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, new T[batch.Rows]), both);
        T[] alone = new T[x.Length];
        Loss.Gradient<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, alone);
        Close.Same<T>(gradient, alone, "gradient alone");
        Assert.Equal(both, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, x));
        Close.Same<T>(gradient, x, "in place");
    }

    [Property]
    public void RowsDoNotInfluenceEachOther(Batch batch)
    {
        Rows<float>(batch);
        Rows<double>(batch);
    }

    private static void Rows<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>();
        T[] losses = new T[batch.Rows];
        Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, batch.ClassCount, batch.Labels, losses);
        for (int r = 0; r < batch.Rows; r++)
        {
            T[] row = x[(r * batch.ClassCount)..((r + 1) * batch.ClassCount)];
            T[] alone = new T[1];
            Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), row, batch.ClassCount, batch.Labels.AsSpan(r, 1), alone);
            Close.Same<T>(alone, losses.AsSpan(r, 1), $"row {r}");
        }
    }

    [Fact]
    public void SmallLossesKeepTheirDigits()
    {
        float[] gradient = new float[3];
        LossTally tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [20, 0, 0], 3, [0], gradient);
        Assert.True(Close.IsClose(4.1223072363804075e-9, tally.Sum, 1e-6), $"{tally.Sum:R}");
        Assert.True(Close.IsClose(-4.122307e-9, gradient[0], 1e-6), $"{gradient[0]:R}");
        double wide = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), [40, 0, 0], 3, [0]).Sum;
        Assert.True(Close.IsClose(8.496709e-18, wide, 1e-5), $"{wide:R}");
        wide = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), [300, 0, 0], 3, [0]).Sum;
        Assert.True(Close.IsClose(2 * Math.Exp(-300), wide, 1e-12), $"{wide:R}");
    }

    [Fact]
    public void MasksAndImpossibleLabels()
    {
        const float Mask = float.NegativeInfinity;
        float[] gradient = new float[3];

        // Nothing but the label is left: the loss is exactly 0.
        Assert.Equal(0, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [Mask, 5, Mask], 3, [1], gradient).Sum);
        Assert.Equal([0f, 0f, 0f], gradient);

        // The label itself is masked.
        Assert.Equal(double.PositiveInfinity, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [Mask, 0, 0], 3, [0], gradient).Sum);
        Assert.Equal([-1f, 0.5f, 0.5f], gradient);

        // Nothing is left at all.
        Assert.Equal(double.NaN, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [Mask, Mask, Mask], 3, [0], gradient).Sum);
        Assert.All(gradient, v => Assert.True(float.IsNaN(v)));

        foreach (float bad in new[] { float.PositiveInfinity, float.NaN })
        {
            foreach (int label in new[] { 0, 1 })
            {
                float[] two = new float[6];
                Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [bad, 0, Mask, 1, 2, 3], 3, [label, 2], two);
                Assert.All(two[..3], v => Assert.True(float.IsNaN(v), $"{bad} label {label}: {v}"));
                Assert.All(two[3..], v => Assert.True(float.IsFinite(v)));
            }
        }
    }

    [Fact]
    public void EmptyBatchesAndOneClass()
    {
        LossTally none = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), [], 3, [], []);
        Assert.Equal(new LossTally(0, 0, 0), none);
        Assert.True(double.IsNaN(none.Mean));
        double[] gradient = new double[2];
        Assert.Equal(0, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), [7, -9], 1, [0, 0], gradient).Sum);
        Assert.Equal([0.0, 0.0], gradient);
    }

    [Theory]
    [InlineData(1024, 3)]
    [InlineData(1025, 70)]
    [InlineData(70_000, 2)]
    [InlineData((int)ScaleExp.StreamBytes / sizeof(float), 1)]
    public void LongRows(int classCount, int rows)
    {
        Random random = new(classCount);
        double[] logits = [.. Enumerable.Range(0, classCount * rows).Select(_ => (double)(float)((random.NextDouble() + random.NextDouble() - 1) * 8))];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classCount))];
        Batch batch = new(logits, classCount, labels);
        AgainstDefinition<float>(batch, 1e-6, 2e-38);
        SameBits<float>(batch);
    }

    [Fact]
    public void NothingPastTheEndsIsTouched()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        using GuardedMemory input = new(67 * 300 * 8);
        using GuardedMemory output = new(67 * 300 * 8);
        for (int classCount = 1; classCount <= 300; classCount++)
        {
            int rows = classCount < 40 ? 67 : 3;
            int[] labels = [.. Enumerable.Range(0, rows).Select(r => r % classCount)];
            int n = rows * classCount;
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), input.AtEnd<float>(n), classCount, labels, output.AtEnd<float>(n));
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), input.AtStart<float>(n), classCount, labels, output.AtStart<float>(n));
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), input.AtEnd<double>(n), classCount, labels, output.AtEnd<double>(n));
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), input.AtStart<double>(n), classCount, labels, output.AtStart<double>(n));
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = new float[1000];
        float[] gradient = new float[1000];
        int[] ten = new int[100];
        Assert.Equal(0, Comparison.Allocated(() => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x, 10, ten)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 10, ten, gradient)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 1000, ten.AsSpan(0, 1), gradient)));
    }

    [Fact]
    public void BadArgumentsAreNamedAndNothingIsWritten()
    {
        float[] x = [1, 2, 3, 4, 5, 6];
        float[] gradient = [7, 7, 7, 7, 7, 7];
        Assert.Contains("labels[1] is -1; with 3 classes a label is 0 to 2", Message(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 3, [0, -1], gradient)), StringComparison.Ordinal);
        Assert.Contains("labels has 3 elements; a label for each row of 3 scores needs 2", Message(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 3, [0, 1, 2], gradient)), StringComparison.Ordinal);
        Assert.Contains("gradient has 5 elements and scores has 6", Message(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 3, [0, 1], gradient.AsSpan(1))), StringComparison.Ordinal);
        Assert.Contains("overlaps scores in part", Message(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x.AsSpan(0, 3), 3, [0], x.AsSpan(1, 3))), StringComparison.Ordinal);
        Assert.Equal([7f, 7, 7, 7, 7, 7], gradient);
        Assert.Equal([1f, 2, 3, 4, 5, 6], x);
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    /// <summary>What the label's logit of 690 above the others leaves of classes that are 23 apart: each counts in the loss.</summary>
    [Fact]
    public void AConfidentRowOfDoublesCountsEveryClass()
    {
        double[] x = new double[17];
        (x[6], x[7]) = (-23, 690);
        double[] losses = new double[1];
        Loss.PerRow<SoftmaxCrossEntropy, double, int>(new(), x, 17, [7], losses);
        Assert.True(Close.IsClose(Reference.CrossEntropy(x, 7), losses[0], 1e-14), $"{losses[0]:R}");
    }

    /// <summary>A block that is far from 0 is not tried without a shift; its rows' bits are those that they have beside rows near 0.</summary>
    [Theory]
    [InlineData(100.0)]
    [InlineData(-100.0)]
    [InlineData(600.0)]
    [InlineData(-1e6)]
    [InlineData(3e9)]
    public void RowsFarFrom0HaveTheSameBitsBesideRowsNearIt(double offset)
    {
        BesideNearRows<float>(offset);
        BesideNearRows<double>(offset);
    }

    private static void BesideNearRows<T>(double offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int classCount in new[] { 1, 2, 3, 10, 16, 31 })
        {
            const int Rows = 40;
            Random random = new(classCount);
            T[] far = Array.ConvertAll(new T[Rows * classCount], _ => T.CreateTruncating(offset + (random.NextDouble() * 8)));
            T[] near = Array.ConvertAll(new T[classCount], _ => T.CreateTruncating(random.NextDouble() * 8));
            foreach (int place in new[] { 0, 20, 39 })
            {
                T[] both = [.. far[..(place * classCount)], .. near, .. far[(place * classCount)..]];
                Same(far, both, place, classCount, (x, y) => Softmax.Compute<T>(x, classCount, y));
                Same(far, both, place, classCount, (x, y) => LogSoftmax.Compute<T>(x, classCount, y));
                Same(far, both, place, 1, (x, y) => LogSumExp.Compute<T>(x, classCount, y), classCount);
                Same(far, both, place, classCount, (x, y) => Loss.Gradient<SoftmaxCrossEntropy, T, int>(
                    new() { ZLoss = 1e-4 }, x, classCount, new int[x.Length / classCount], y, new() { Denominator = 1 }));
                Same(far, both, place, 1, (x, y) => Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, classCount, new int[y.Length], y), classCount);
            }
        }
    }

    /// <summary>The results of all rows but the one at the place, of calls with it and without.</summary>
    private static void Same<T>(T[] without, T[] with, int place, int results, Action<T[], T[]> run, int classCount = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = Math.Max(classCount, results);
        T[] expected = new T[without.Length / columns * results], actual = new T[with.Length / columns * results];
        run(without, expected);
        run(with, actual);
        Close.Same<T>(expected, [.. actual[..(place * results)], .. actual[((place + 1) * results)..]], $"{columns} classes, the near row at {place}");
    }
}
