using FastLoss.Tests.Support;

namespace FastLoss.Tests.Metrics;

/// <summary>Literal values and corners of curves, gains, correlations and R2, which <see cref="Contracts.MetricContract"/> compares with their definitions.</summary>
public class RankingTests
{
    [Fact]
    public void CurvesOfTwoClasses()
    {
        BinaryRankingScores scores = BinaryRanking.Evaluate<double>([.5, .5, .2, .9, .1], [0, 1, 0, 1, 1]);
        Assert.Equal(0.5833333333, scores.AreaUnderRoc, 1e-10);
        Assert.Equal((1 + (2 / 3.0) + (3 / 5.0)) / 3, scores.AveragePrecision, 1e-15);
        Assert.Equal((3, 2), (scores.Positives, scores.Negatives));
        Assert.Equal(scores, BinaryRanking.Evaluate<double>([.1, .9, .2, .5, .5], [1, 1, 0, 1, 0]));
        Assert.Equal((0.5, 2 / 3.0), (BinaryRanking.Evaluate<float>([1, 1, 1], [0, 1, 1]).AreaUnderRoc, BinaryRanking.Evaluate<float>([1, 1, 1], [0, 1, 1]).AveragePrecision));
        Assert.Equal(new(0.5, 0.5, 1, 1), BinaryRanking.Evaluate<float>([0f, -0f], [1, 0]));
        Assert.Equal(new(1, 1, 1, 1), BinaryRanking.Evaluate<float>([float.PositiveInfinity, float.NegativeInfinity], [1, 0]));
        Assert.Equal(new(double.NaN, 1, 2, 0), BinaryRanking.Evaluate<float>([1, 2], [1, 1]));
        Assert.Equal(new(double.NaN, double.NaN, 0, 2), BinaryRanking.Evaluate<float>([1, 2], [0, 0]));
        Assert.Equal(new(double.NaN, double.NaN, 0, 0), BinaryRanking.Evaluate<float>([], []));
        Assert.Equal(new(double.NaN, double.NaN, 1, 1), BinaryRanking.Evaluate<float>([1, float.NaN], [0, 1]));
        Assert.Equal(scores, BinaryRanking.Evaluate<double>([0, .5, 9, .5, 9, .2, 0, .9, 0, .1], 2, [0, 1, 0, 1, 1], 1));
    }

    [Fact]
    public void LargeBatchesCountEveryPair()
    {
        const int N = 200_000;
        float[] scores = new float[N];
        int[] labels = new int[N];
        for (int i = 0; i < N; i++) (scores[i], labels[i]) = (i * 7919 % N, i * 7919 % N >= N / 2 ? 1 : 0);
        Assert.Equal(new(1, 1, N / 2, N / 2), BinaryRanking.Evaluate<float>(scores, labels));
        for (int i = 0; i < N; i++) labels[i] = 1 - labels[i];
        Assert.Equal(0, BinaryRanking.Evaluate<float>(scores, labels).AreaUnderRoc);
        Assert.Equal(0, Comparison.Allocated(() => BinaryRanking.Evaluate<float>(scores.AsSpan(0, 1000), labels.AsSpan(0, 1000))));
        float[] down = [.. scores.Select(v => -v)];
        Assert.Equal((-1, -1), (RankCorrelation.Spearman<float>(scores, down), RankCorrelation.Kendall<float>(scores, down)));
        Assert.Equal((1, 1), (RankCorrelation.Spearman<float>(scores, [.. scores.Select(v => v * v)]), RankCorrelation.Kendall<float>(scores, scores)));
    }

    [Fact]
    public void Gains()
    {
        Assert.Equal(0.8212377705, Ndcg.Evaluate<double>([.1, .9, .5], [3, 2, 0], 3).Mean, 1e-10);
        Assert.Equal((3 + (7 / 2.0)) / (7 + (3 / Math.Log2(3))), Ndcg.Evaluate<double>([.1, .9, .5], [3, 2, 0], 3, exponentialGain: true).Mean, 1e-15);
        Assert.Equal(1, Ndcg.Evaluate<double>([.1, .2, .3], [1e308, 1e308, 1e308], 3).Mean, 1e-15);
        Assert.Equal(0.8212377705, Ndcg.Evaluate<double>([.1, .9, .5], [3e-320, 2e-320, 0], 3).Mean, 1e-3); // subnormal gains have fewer digits
        Assert.Equal(2 / 3.0, Ndcg.Evaluate<double>([.1, .9, .5], [3, 2, 0], 3, places: 1).Mean, 1e-15);
        Assert.Equal(1, Ndcg.Evaluate<float>([3, 2, 1, 0, 0, 0], [1, .5f, 0, 2, 2, 2], 3).Mean, 1e-15);
        Assert.Equal((1 + (1 / Math.Log2(3))) / 2, Ndcg.Evaluate<double>([1, 1], [1, 0], 2).Mean, 1e-15);
        NdcgTally tally = Ndcg.Evaluate<double>([1, 2, 3, 4, 5, double.NaN], [0, 0, 0, 1, 1, 0], 2);
        Assert.Equal((2, 0.5), (tally.Count, tally.Mean)); // the first row has nothing relevant, the last no order
        Assert.Equal(0, Ndcg.Evaluate<double>([1, double.NaN], [1, 0], 2).Mean);
        double[] scores = [.. Enumerable.Range(0, 300).Select(i => i * 0.618034 % 1)], relevance = [.. scores.Select((v, i) => i * 7.3 % 4)];
        for (int split = 0; split <= 300; split += 30)
        {
            Assert.Equal(
                Ndcg.Evaluate<double>(scores, relevance, 10),
                Ndcg.Evaluate<double>(scores.AsSpan(split), relevance.AsSpan(split), 10) + Ndcg.Evaluate<double>(scores.AsSpan(0, split), relevance.AsSpan(0, split), 10));
        }

        Assert.True(double.IsNaN(Ndcg.Evaluate<double>([], [], 2).Mean));
        Says("relevance[1] is -1", () => Ndcg.Evaluate<double>([1, 2], [0, -1], 2));
        Says("relevance[0] is NaN", () => Ndcg.Evaluate<double>([1, 2], [double.NaN, 0], 2));
        Says("places is -1", () => Ndcg.Evaluate<double>([1, 2], [0, 1], 2, -1));
        Says("not a whole number of rows of 3", () => Ndcg.Evaluate<double>([1, 2], [0, 1], 3));
        Says("must be equal", () => Ndcg.Evaluate<double>([1, 2], [0], 2));
    }

    [Fact]
    public void Correlations()
    {
        double[] x = [1, 2, 3, 4, 5], y = [5, 6, 7, 8, 7];
        Assert.Equal(0.8207826817, RankCorrelation.Spearman<double>(x, y), 1e-10); // scipy's example
        Assert.Equal(-0.4714045208, RankCorrelation.Kendall<double>([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]), 1e-10); // likewise
        Assert.True(double.IsNaN(RankCorrelation.Spearman<double>([1, 1], [1, 2])));
        Assert.True(double.IsNaN(RankCorrelation.Kendall<double>([1, 2], [1, double.NaN])));
        Assert.True(double.IsNaN(RankCorrelation.Spearman<float>([], [])));
        Says("must be equal", () => RankCorrelation.Spearman<double>([1], [1, 2]));
    }

    [Fact]
    public void Determination()
    {
        Assert.Equal(0.9486081370, Regression.R2<double>([2.5, 0, 2, 8], [3, -0.5, 2, 7]), 1e-10); // scikit-learn's example
        Assert.Equal(1, Regression.R2<float>([1, 2, 3], [1, 2, 3]));

        // Targets that do not vary have no R2, whatever rounding makes of their mean; of large equal parts no digit is lost.
        Assert.True(double.IsNaN(Regression.R2<double>([.. Enumerable.Range(0, 9).Select(i => i / 9.0)], [.. Enumerable.Repeat(0.49543508709194095, 9)])));
        Assert.Equal(-6.5, Regression.R2<double>([1e16 + 4, 1e16 + 2, 1e16], [1e16, 1e16 + 2, 1e16 + 2]), 1e-12);
        Assert.Equal(-3, Regression.R2<double>([1 + Math.ScaleB(1, -52), 1], [1, 1 + Math.ScaleB(1, -52)]), 1e-12);
        Assert.Equal(0, Regression.R2<double>([2, 2, 2], [1, 2, 3]));
        Assert.Equal(-3, Regression.R2<double>([3, 2, 1], [1, 2, 3]));
        Assert.Equal(0.5, Regression.R2<float>([1e7f, 1e7f + 1, 1e7f + 1], [1e7f, 1e7f + 1, 1e7f + 2]), 1e-6);
        Assert.True(double.IsNaN(Regression.R2<double>([1, 2], [2, 2])));
        Assert.True(double.IsNaN(Regression.R2<double>([1], [2])));
        Assert.True(double.IsNaN(Regression.R2<double>([1, double.NaN], [1, 2])));
        Assert.Equal(double.NegativeInfinity, Regression.R2<double>([1, double.PositiveInfinity], [1, 2]));
    }

    [Fact]
    public void WrongDecisions()
    {
        Assert.Equal(new(2, 4), Hamming.Evaluate<float>([1, -1, 2, -3], [1, 1, 0, 0]));
        Assert.Equal(new(1, 2), Hamming.Evaluate<float>([.5f, .6f], [1, 1], 0.5));
        for (int n = 0; n < 70; n++)
        {
            double[] scores = [.. Enumerable.Range(0, n).Select(i => i % 7 == 3 ? double.NaN : (i % 5) - 2)], targets = [.. Enumerable.Range(0, n).Select(i => (double)(i % 2))];
            long wrong = scores.Zip(targets).Count(p => double.IsNaN(p.First) || p.First > 0 != p.Second > 0);
            Assert.Equal(new(wrong, n), Hamming.Evaluate<double>(scores, targets));
            Assert.Equal(new(wrong, n), Hamming.Evaluate<float>(Array.ConvertAll(scores, v => (float)v), Array.ConvertAll(targets, v => (float)v)));
        }

        Says("threshold is NaN", () => Hamming.Evaluate<double>([1], [1], double.NaN));
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
