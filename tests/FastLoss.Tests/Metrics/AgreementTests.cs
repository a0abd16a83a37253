namespace FastLoss.Tests.Metrics;

/// <summary>Literal values of what a confusion matrix says: zero divisions, F-beta, correlation, kappa, weights.</summary>
public class AgreementTests
{
    private static ConfusionMatrix Of(int classes, int[] labels, int[] predictions)
    {
        ConfusionMatrix matrix = new(classes);
        matrix.Add(predictions, labels);
        return matrix;
    }

    private static ConfusionMatrix Counts(long[] counts)
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add([0, 1, 0, 1], [0, 0, 1, 1], counts);
        Assert.Equal(counts, matrix.Counts);
        return matrix;
    }

    [Fact]
    public void WholeNumbers()
    {
        Assert.Equal(0.8181818182, Counts([50000, 5000, 5000, 50000]).MatthewsCorrelation, 1e-10);
        Assert.Equal(0.4705882353, Counts([6, 1, 2, 3]).CohenKappa, 1e-10);
        Assert.Equal(0.75, Of(3, [0, 0, 1, 1], [0, 2, 1, 1]).BalancedAccuracy);
        Assert.Equal(0.25, Of(3, [0, 0, 1, 1], [0, 2, 1, 1]).HammingLoss);
        long large = 1L << 60;
        Assert.Equal(0.8, Counts([9 * (large / 16), large / 16, large / 16, 9 * (large / 16)]).MatthewsCorrelation, 1e-14);
        Assert.Equal(0.8, Counts([9 * (large / 16), large / 16, large / 16, 9 * (large / 16)]).CohenKappa, 1e-14);
        Assert.Equal(-1, Counts([0, 7, 3, 0]).MatthewsCorrelation, 1e-15);
        Assert.Equal(1, Counts([7, 0, 0, 3]).CohenKappa);
    }

    [Fact]
    public void NoRowsAndOneClass()
    {
        ConfusionMatrix empty = new(2);
        Assert.All([empty.MatthewsCorrelation, empty.CohenKappa, empty.BalancedAccuracy, empty.HammingLoss], v => Assert.Equal(double.NaN, v));
        Assert.Equal((0, 0), (Counts([5, 0, 3, 0]).MatthewsCorrelation, Counts([5, 3, 0, 0]).MatthewsCorrelation));
        Assert.Equal((double.NaN, 0), (Counts([5, 0, 0, 0]).CohenKappa, Counts([5, 3, 0, 0]).CohenKappa));
        Assert.Equal((0.0, 1.0, double.NaN), (empty.Macro(ZeroDivision.Zero).F1, empty.Macro(ZeroDivision.One).F1, empty.Macro(ZeroDivision.LeftOut).F1));
        Assert.Equal((0.0, 1.0, double.NaN), (empty.Micro(ZeroDivision.Zero).F1, empty.Micro(ZeroDivision.One).F1, empty.Micro(ZeroDivision.LeftOut).F1));
        Assert.Equal((0.0, 1.0, double.NaN), (empty.MacroFBeta(2), empty.MacroFBeta(2, ZeroDivision.One), empty.MacroFBeta(2, ZeroDivision.LeftOut)));
    }

    /// <summary>A row without a prediction is predicted as a class of its own.</summary>
    [Fact]
    public void UnpredictedRowsAreAClassOfTheirOwn()
    {
        ConfusionMatrix two = Of(2, [0, 0, 1, 1, 1], [0, -1, 1, -1, 0]), three = Of(3, [0, 0, 1, 1, 1], [0, 2, 1, 2, 0]);
        Assert.Equal(three.MatthewsCorrelation, two.MatthewsCorrelation);
        Assert.Equal(three.CohenKappa, two.CohenKappa);
        Assert.Equal(three.HammingLoss, two.HammingLoss);
        Assert.Equal(three.BalancedAccuracy, two.BalancedAccuracy);
    }

    [Fact]
    public void ZeroDivisions()
    {
        ConfusionMatrix matrix = Of(4, [0, 1, 0, 3], [0, 1, 2, 2]);
        ClassificationScores leftOut = matrix.Macro(ZeroDivision.LeftOut);
        Assert.Equal(0.6666666667, leftOut.Precision, 1e-10);
        Assert.Equal(0.5, leftOut.Recall, 1e-15);
        Assert.Equal(leftOut, matrix.Macro(ZeroDivision.LeftOut, withAbsent: true));
        Assert.Equal((3 / 4.0, 2.5 / 4), (matrix.Macro(ZeroDivision.One).Precision, matrix.Macro(ZeroDivision.One).Recall));
        Assert.Equal((2 / 4.0, 1.5 / 4), (matrix.Macro().Precision, matrix.Macro().Recall));
        Assert.Equal((1.0, double.NaN), (matrix.OfClass(3, ZeroDivision.One).Precision, matrix.OfClass(3, ZeroDivision.LeftOut).Precision));
        Assert.Equal((2 + 1) / 3.0, matrix.Weighted(ZeroDivision.LeftOut).Precision);
        ConfusionMatrix one = Of(4, [0, 1, 0, 1, 2], [0, 0, 0, 0, 0]);
        Assert.Equal(0.1428571429, one.Macro(ZeroDivision.Zero, withAbsent: true).F1, 1e-10);
        Assert.Equal(4 / 21.0, one.Macro().F1, 1e-15);
        Assert.Equal(((4 / 7.0) + 1) / 4, one.Macro(ZeroDivision.One, withAbsent: true).F1, 1e-15);
    }

    [Fact]
    public void BetaWeighsRecall()
    {
        ConfusionMatrix matrix = Counts([6, 1, 2, 3]);
        ClassificationScores first = matrix.OfClass(0);
        Assert.Equal(first.F1, matrix.FBeta(0, 1));
        Assert.Equal(first.Precision, matrix.FBeta(0, 0));
        Assert.Equal(first.Recall, matrix.FBeta(0, 1e100), 1e-15);
        Assert.Equal(5 * 0.75 * (6 / 7.0) / ((4 * 0.75) + (6 / 7.0)), matrix.FBeta(0, 2), 1e-15);
        Assert.Equal((matrix.FBeta(0, 2) + matrix.FBeta(1, 2)) / 2, matrix.MacroFBeta(2), 1e-15);
    }

    [Fact]
    public void WeightsAreCounts()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add([0, 1, 0, 0], [0, 1, 1, 1], [1, 2, 5, 2]);
        Assert.Equal([1, 0, 7, 2], matrix.Counts);
        Assert.Equal(new(3, 10), matrix.Accuracy);
        matrix.Add([-1], [1], [4]);
        Assert.Equal([0, 4], matrix.Unpredicted);
        ConfusionMatrix byScores = new(2);
        byScores.AddScores<float>([2, 1, 0, 1, 5, 1, 9, 2, float.NaN, 0], [0, 1, 1, 1, 1], [1, 2, 5, 2, 4]);
        Assert.Equal(matrix.Counts, byScores.Counts);
        Assert.Equal(matrix.Unpredicted, byScores.Unpredicted);
        int[] predictions = new int[1000], labels = new int[1000];
        long[] weights = [.. Enumerable.Range(0, 1000).Select(i => (long)i)];
        float[] scores = [.. Enumerable.Range(0, 2000).Select(i => (float)(i * 7 % 11))];
        Accuracy.Predict<float>(scores, 2, predictions);
        byScores.Clear();
        byScores.AddScores<float>(scores, labels, weights);
        Assert.Equal(weights.Where((_, r) => predictions[r] == 1).Sum(), byScores[0, 1]);
        Says("weights[0] is -2", () => byScores.AddScores<float>([1, 2], [0], [-2]));
        Says("weights[1] is -1", () => matrix.Add([0, 1], [0, 1], [1, -1]));
        Says("must be equal", () => matrix.Add([0, 1], [0, 1], [1]));
        Says("beta is -1", () => matrix.FBeta(0, -1));
        Says("label is 2", () => matrix.FBeta(2, 1));
        Says("zeroDivision is 7", () => matrix.Macro((ZeroDivision)7));
        Assert.Equal([1, 0, 7, 2], matrix.Counts);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
