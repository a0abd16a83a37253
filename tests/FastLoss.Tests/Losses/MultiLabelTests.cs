using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

/// <summary>Cross-entropy with a weight for the positives of each column is that of each column with its weight.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60)]
public class MultiLabelTests
{
    [Property]
    public void EachColumnIsBinaryCrossEntropyWithItsWeight(Batch batch)
    {
        Columns<float>(batch.As<float>(), batch.ClassCount);
        Columns<double>(batch.As<double>(), batch.ClassCount);
    }

    [Theory, InlineData(7, 1300), InlineData(1, 9000), InlineData(8191, 3), InlineData(8193, 2), InlineData(20000, 2)]
    public void LongOnesToo(int columns, int rows) =>
        Columns<float>([.. Enumerable.Range(0, rows * columns).Select(i => ((i * 0.618034f % 1) - 0.5f) * 20)], columns);

    private static void Columns<T>(T[] logits, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = logits.Length / columns;
        T[] targets = [.. logits.Select((_, i) => T.CreateTruncating(i * 7 % 3 / 2.0))], weights = [.. logits.Select((_, i) => T.CreateTruncating(i % 4))];
        T[] positive = [.. Enumerable.Range(0, columns).Select(c => T.CreateTruncating(0.25 + (c % 9)))];
        T[] losses = new T[logits.Length], gradient = new T[logits.Length], alone = new T[logits.Length];
        MultiLabelCrossEntropy loss = new(labelSmoothing: 0.125);
        LossOptions<T> options = new() { Weights = weights, Mask = [.. weights.Select((_, i) => i % 5 != 2)], Denominator = 8 };
        LossTally tally = Loss.PerElement(loss, logits, targets, positive, losses, options);
        Assert.Equal(tally, Loss.Evaluate<T>(loss, logits, targets, positive, options));
        Assert.Equal(tally, Loss.EvaluateWithGradient<T>(loss, logits, targets, positive, gradient, options));
        Loss.Gradient<T>(loss, logits, targets, positive, alone, options);
        Close.Same<T>(gradient, alone, "the gradient alone");
        double sum = 0, size = 0;
        foreach (T v in losses) (sum, size) = (sum + double.CreateTruncating(v), size + Math.Abs(double.CreateTruncating(v)));
        Assert.True(sum.Equals(tally.Sum) || Math.Abs(sum - tally.Sum) <= 1e-5 * size, $"{sum:R}, not {tally.Sum:R}");
        T[] x = new T[rows], t = new T[rows], w = new T[rows], each = new T[rows], slopes = new T[rows];
        bool[] mask = new bool[rows];
        for (int c = 0; c < Math.Min(columns, 40); c++)
        {
            for (int r = 0; r < rows; r++)
            {
                int i = (r * columns) + c;
                (x[r], t[r], w[r], mask[r]) = (logits[i], targets[i], weights[i], i % 5 != 2);
            }

            BinaryCrossEntropyFromLogits one = new(double.CreateTruncating(positive[c]), 0.125);
            LossOptions<T> column = new() { Weights = w, Mask = mask, Denominator = 8 };
            Loss.PerElement(one, x, t, each, column);
            Loss.EvaluateWithGradient(one, x, t, slopes, column);
            for (int r = 0; r < rows; r++)
            {
                Assert.Equal(each[r], losses[(r * columns) + c]);
                Assert.Equal(slopes[r], gradient[(r * columns) + c]);
            }
        }
    }

    [Fact]
    public void ThreadsAndPlacesAndRefusals()
    {
        float[] x = [.. Enumerable.Range(0, 300_000).Select(i => ((i * 0.618034f % 1) - 0.5f) * 20)], t = [.. x.Select((_, i) => i % 2f)];
        float[] w = [.. Enumerable.Range(0, 1000).Select(c => 1f + c)], one = new float[x.Length], two = [.. x];
        Assert.Equal(
            Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), x, t, w, one),
            Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), two, t, w, two, new() { Threads = 2 }));
        Close.Same<float>(one, two, "on threads, in place");
        float[] small = [1, 2, 3, 4], targets = [0, 1, 0, 1], weights = [1, 2], gradient = new float[4];
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets, weights, gradient)));
        gradient.AsSpan().Fill(3);
        Says("positiveWeights[1] is 0; it must be positive and finite", () => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets, [1, 0], gradient));
        Says("positiveWeights[0] is NaN", () => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets, [float.NaN, 0], gradient));
        Says("not a whole number of rows of 3", () => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets, [1, 1, 1], gradient));
        Says("positiveWeights.Length is 0", () => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets, [], gradient));
        Says("targets has 3", () => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets.AsSpan(1), weights, gradient));
        Says("overlaps positiveWeights", () => Loss.EvaluateWithGradient<float>(new MultiLabelCrossEntropy(), small, targets, gradient.AsSpan(0, 2), gradient));
        Says("labelSmoothing is 2", () => new MultiLabelCrossEntropy(2).ToString());
        Assert.Equal([3, 3, 3, 3], gradient);

        static void Says(string message, Action action)
        {
            string actual = Assert.ThrowsAny<ArgumentException>(action).Message;
            Assert.True(actual.Contains(message, StringComparison.Ordinal), $"says: {actual}; not: {message}");
        }
    }
}
