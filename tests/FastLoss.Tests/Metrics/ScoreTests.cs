using FastLoss.Tests.Support;

namespace FastLoss.Tests.Metrics;

/// <summary>Perplexity, bits per byte, and the Brier score beside the laws of <see cref="Contracts.RowLossContract"/>.</summary>
public class ScoreTests
{
    [Fact]
    public void Perplexity_of_a_uniform_model_is_its_number_of_tokens()
    {
        double[] logits = new double[3 * 50];
        LossTally loss = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), logits, 50, [3, 4, 5]);
        Assert.Equal(50, Perplexity.Of(loss), 1e-12);
        Assert.Equal(3 * Math.Log2(50) / 12, Perplexity.BitsPerByte(loss, 12), 1e-14);
        LossTally parts = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), logits.AsSpan(0, 50), 50, [3]) + Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), logits.AsSpan(50), 50, [4, 5]);
        Assert.Equal(Perplexity.Of(loss), Perplexity.Of(parts), 1e-12);
        Assert.True(double.IsNaN(Perplexity.Of(default)));
        Assert.True(double.IsNaN(Perplexity.BitsPerByte(default, 0)));
        Assert.True(double.IsNaN(Perplexity.Of(new(double.NaN, 1, 1))));
        Assert.Equal(double.PositiveInfinity, Perplexity.Of(new(710, 1, 1)));
        Assert.Contains("byteCount is -1", Assert.ThrowsAny<ArgumentException>(() => Perplexity.BitsPerByte(loss, -1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Brier_scores_of_labels_are_those_of_one_hot_targets()
    {
        Assert.Equal(2, BrierScore.Evaluate<double>([1, 0, 0], 3, [1]).Sum);
        Assert.Equal(0, BrierScore.Evaluate<double>([1, 0, 0], 3, [0]).Sum);
        Assert.Equal(0.06, BrierScore.Evaluate<double>([0.8, 0.1, 0.1, 0.8, 0.1, 0.1], 3, [0, 0]).Mean, 1e-15);
        foreach (int n in new[] { 1, 7, 8, 9, 16, 17, 100 })
        {
            float[] p = [.. Enumerable.Range(0, 3 * n).Select(i => i * 0.618034f % 1)], targets = new float[3 * n], losses = new float[3], expected = new float[3];
            int[] labels = [0, n / 2, n - 1];
            for (int r = 0; r < 3; r++) targets[(r * n) + labels[r]] = 1;
            LossTally soft = BrierScore.PerRowSoft<float>(p, n, targets, expected);
            Assert.Equal(soft, BrierScore.PerRow<float>(p, n, labels, losses));
            Assert.Equal(soft, BrierScore.Evaluate<float>(p, n, labels));
            Assert.Equal(expected, losses);
        }
    }

    [Fact]
    public void Brier_scores_leave_masked_rows_out_before_their_labels_are_read()
    {
        Assert.Equal(new(2, 1, 1), BrierScore.Evaluate<double>([1, 0, double.NaN, 0], 2, [1, -100], new() { Mask = [true, false] }));
        Assert.Contains("labels[1] is -100", Assert.ThrowsAny<ArgumentException>(() => BrierScore.Evaluate<double>([1, 0, 1, 0], 2, [1, -100])).Message, StringComparison.Ordinal);
        double[] p = [1, 0, 1, 0];
        int[] labels = [1, 0];
        Assert.Equal(0, Allocation.Of(() => BrierScore.Evaluate<double>(p, 2, labels)));
    }
}
