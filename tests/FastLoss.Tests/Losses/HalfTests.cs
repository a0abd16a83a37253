using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

public class HalfTests
{
    [Theory]
    [InlineData(3, 200)]
    [InlineData(10, 1)]
    [InlineData(100, 70)]
    [InlineData(1500, 66)]
    [InlineData(70_001, 2)]
    public void HalfGivesTheBitsOfWideningFirst(int classCount, int rows)
    {
        Random random = new(classCount);
        Half[] half = [.. Enumerable.Range(0, classCount * rows).Select(_ => (Half)((random.NextDouble() - 0.5) * 20))];
        half[^1] = Half.NegativeInfinity;
        float[] wide = Array.ConvertAll(half, v => (float)v);
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classCount - 1))];
        float[] expected = new float[wide.Length];
        float[] actual = new float[wide.Length];
        Assert.Equal(Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), wide, classCount, labels), Loss.Evaluate(new SoftmaxCrossEntropy(), half, classCount, labels));
        Assert.Equal(
            Loss.PerRow<SoftmaxCrossEntropy, float, int>(new(), wide, classCount, labels, expected.AsSpan(0, rows)),
            Loss.PerRow(new SoftmaxCrossEntropy(), half, classCount, labels, actual.AsSpan(0, rows)));
        Close.Same<float>(expected.AsSpan(0, rows), actual.AsSpan(0, rows), "losses");
        Assert.Equal(
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), wide, classCount, labels, expected),
            Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), half, classCount, labels, actual));
        Close.Same<float>(expected, actual, "gradient");
        wide[^1] = 0;
        half[^1] = Half.Zero;
        Assert.Equal(
            Loss.SumOfSquaredErrors<float>(wide, [.. wide.Reverse()]), Loss.SumOfSquaredErrors(half, [.. half.Reverse()]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        Half[] x = new Half[5000];
        float[] y = new float[5000];
        int[] labels = new int[500];
        Assert.Equal(0, Comparison.Allocated(() => Loss.Evaluate(new SoftmaxCrossEntropy(), x, 10, labels)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, 10, labels, y)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.SumOfSquaredErrors(x, x)));
    }
}
