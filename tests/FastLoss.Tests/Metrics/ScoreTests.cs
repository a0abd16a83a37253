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
        Assert.Equal(2, Loss.Evaluate<BrierScore, double, int>(new(), [1, 0, 0], 3, [1]).Sum);
        Assert.Equal(0, Loss.Evaluate<BrierScore, double, int>(new(), [1, 0, 0], 3, [0]).Sum);
        Assert.Equal(0.06, Loss.Evaluate<BrierScore, double, int>(new(), [0.8, 0.1, 0.1, 0.8, 0.1, 0.1], 3, [0, 0]).Mean, 1e-15);
        foreach (int n in new[] { 1, 7, 8, 9, 16, 17, 100 })
        {
            float[] p = [.. Enumerable.Range(0, 3 * n).Select(i => i * 0.618034f % 1)], targets = new float[3 * n], losses = new float[3], expected = new float[3];
            int[] labels = [0, n / 2, n - 1];
            for (int r = 0; r < 3; r++) targets[(r * n) + labels[r]] = 1;
            LossTally soft = Loss.PerRow<BrierScore, float>(new(), p, n, targets, expected);
            Assert.Equal(soft, Loss.PerRow<BrierScore, float, int>(new(), p, n, labels, losses));
            Assert.Equal(soft, Loss.Evaluate<BrierScore, float, int>(new(), p, n, labels));
            Assert.Equal(expected, losses);
        }
    }

    [Fact]
    public void Brier_gradients_of_labels_are_those_of_one_hot_targets_and_ignored_rows_have_none()
    {
        foreach (int n in new[] { 1, 7, 8, 9, 33 })
        {
            float[] p = [.. Enumerable.Range(0, 3 * n).Select(i => i * 0.618034f % 1)], targets = new float[3 * n];
            float[] expected = new float[3 * n], gradient = new float[3 * n];
            ushort[] labels = [(ushort)(n - 1), 0xFFFF, 0];
            targets[n - 1] = targets[2 * n] = 1;
            p.AsSpan(n, n).Fill(float.NaN);
            float[] weights = [2, 0, 3];
            LossTally soft = Loss.EvaluateWithGradient<BrierScore, float>(new(), p, n, targets, expected, new() { Weights = weights });
            LossTally tally = Loss.EvaluateWithGradient<BrierScore, float, ushort>(new(), p, n, labels, gradient, new() { Weights = [2, 7, 3], IgnoreLabel = 0xFFFF });
            Assert.Equal(soft, tally);
            Assert.Equal((5, 2), (tally.Weight, tally.Count));
            Close.Same<float>(expected, gradient, $"{n} classes");
            for (int i = 0; i < n; i++) Assert.Equal(2.0 / 5 * 2 * (p[i] - targets[i]), gradient[i], 1e-7);
            Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<BrierScore, float, ushort>(new(), p, n, labels, gradient, new() { IgnoreLabel = 0xFFFF })));
        }

        Assert.Contains("ClassWeights has 2", Assert.ThrowsAny<ArgumentException>(() => Loss.Evaluate<BrierScore, double, int>(new(), [1, 0], 2, [0], new() { ClassWeights = [1, 1] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Brier_scores_of_many_rows_with_an_ignored_label_are_those_of_the_others()
    {
        byte[] labels = [.. Enumerable.Range(0, 3000).Select(r => (byte)(r % 3 == 0 ? 255 : r % 2))];
        double[] p = [.. Enumerable.Range(0, 6000).Select(i => i * 0.618034 % 1)];
        byte[] kept = [.. labels.Where(l => l != 255)];
        double[] of = [.. p.Where((_, i) => labels[i / 2] != 255)];
        Assert.Equal(Loss.Evaluate<BrierScore, double, byte>(new(), of, 2, kept), Loss.Evaluate<BrierScore, double, byte>(new(), p, 2, labels, new() { IgnoreLabel = 255 }));
    }

    [Fact]
    public void Brier_scores_leave_masked_rows_out_before_their_labels_are_read()
    {
        Assert.Equal(new(2, 1, 1), Loss.Evaluate<BrierScore, double, int>(new(), [1, 0, double.NaN, 0], 2, [1, -100], new() { Mask = [true, false] }));
        Assert.Contains("labels[1] is -100", Assert.ThrowsAny<ArgumentException>(() => Loss.Evaluate<BrierScore, double, int>(new(), [1, 0, 1, 0], 2, [1, -100])).Message, StringComparison.Ordinal);
        double[] p = [1, 0, 1, 0];
        int[] labels = [1, 0];
        Assert.Equal(0, Comparison.Allocated(() => Loss.Evaluate<BrierScore, double, int>(new(), p, 2, labels)));
    }
}
