using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100)]
public class LossTallyTests
{
    [Property]
    public void MicroBatchesInAnySplitMergeToTheBatch(Batch batch)
    {
        if (batch.Rows == 0) return;
        float[] x = batch.As<float>();
        LossTally whole = SoftmaxCrossEntropy.Evaluate<float>(x, batch.ClassCount, batch.Labels);
        for (int split = 0; split <= batch.Rows; split += Math.Max(1, batch.Rows / 5))
        {
            LossTally first = SoftmaxCrossEntropy.Evaluate<float>(x.AsSpan(0, split * batch.ClassCount), batch.ClassCount, batch.Labels.AsSpan(0, split));
            LossTally second = SoftmaxCrossEntropy.Evaluate<float>(x.AsSpan(split * batch.ClassCount), batch.ClassCount, batch.Labels.AsSpan(split));
            LossTally merged = first + second;
            Assert.Equal(whole.Count, merged.Count);
            Assert.True(Close.IsClose(whole.Mean, merged.Mean, 1e-12), $"{merged.Mean:R}, expected {whole.Mean:R}");
        }
    }

    [Fact]
    public void AnEmptyTallyHasNoMean() => Assert.True(double.IsNaN(default(LossTally).Mean));
}
