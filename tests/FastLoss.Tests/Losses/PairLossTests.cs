using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Pairs and triplets beside the laws of <see cref="Contracts.RowLossContract"/>: literal values, lost digits, extremes.</summary>
public class PairLossTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void CosinesOfKnownAngles()
    {
        double[] losses = new double[4];
        Loss.PerRow<double>(new CosineEmbedding(0.5), [1, 0, 1, 0, 1, 0, 3, 4], [1, 1, 1, 1, 0, 5, -6, -8], 2, [1, -1, 1, 1], losses);
        Assert.Equal([1 - Math.Sqrt(0.5), Math.Sqrt(0.5) - 0.5, 1, 2], losses, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(0, Loss.Evaluate<float>(new CosineEmbedding(0.8), [1, 0], [1, 1], 2, [-1]).Sum);
    }

    /// <summary>At an angle of 1e-7, 1 - cos is 5e-15: less than one place of 1 in float, and most of its digits lost in double.</summary>
    [Fact]
    public void NearlyParallelRowsKeepTheirDigits()
    {
        double tangent = Math.ScaleB(1, -20);
        double expected = 1 - (1 / Math.Sqrt(1 + (tangent * tangent)));
        expected = tangent * tangent / 2 * (1 - (0.75 * tangent * tangent)); // the series: the line above has 4 digits left
        Assert.Equal(expected, Loss.Evaluate<double>(new CosineEmbedding(), [1, 0], [1, tangent], 2, [1]).Sum, 1e-8 * expected);
        Assert.Equal(expected, Loss.Evaluate<float>(new CosineEmbedding(), [3, 0], [1, (float)tangent], 2, [1]).Sum, 1e-8 * expected);
        double[] a = [.. Enumerable.Range(0, 100).Select(i => Math.Sin(i))];
        Assert.Equal(0, Loss.Evaluate<double>(new CosineEmbedding(), a, [.. a.Select(v => 4 * v)], 100, [1]).Sum);
        double[] byFirst = new double[2], bySecond = new double[2];
        Loss.EvaluateWithGradient<double>(new CosineEmbedding(), [1, 0], [1, tangent], 2, [1], byFirst, bySecond);
        Assert.Equal(-tangent, byFirst[1], 1e-9 * tangent);
        Assert.Equal(tangent, bySecond[1], 1e-9 * tangent);
    }

    [Fact]
    public void RowsOfZerosHaveNoDirection()
    {
        double[] losses = new double[4], byFirst = [5, 5, 5, 5, 5, 5, 5, 5], bySecond = [.. byFirst];
        double[] first = [0, 0, 1, 2, 0, 0, 1, 2], second = [1, 2, 0, 0, 0, 0, 0, 0];
        int[] labels = [1, -1, 1, -1];
        Loss.PerRow<double>(new CosineEmbedding(-0.5), first, second, 2, labels, losses);
        Assert.Equal([1, 0.5, 1, 0.5], losses);
        Loss.EvaluateWithGradient<double>(new CosineEmbedding(-0.5), first, second, 2, labels, byFirst, bySecond);
        Assert.All(byFirst.Concat(bySecond), g => Assert.Equal(0, g));
    }

    [Fact]
    public void CosinesOfExtremeMagnitudes()
    {
        foreach (double scale in new[] { 1e-320, 1e-300, 1e-160, 1e160, 1e300 })
        {
            Assert.Equal(1 - Math.Sqrt(0.5), Loss.Evaluate<double>(new CosineEmbedding(), [scale, 0], [1, 1], 2, [1]).Sum, 1e-14);
            Assert.Equal(1 - Math.Sqrt(0.5), Loss.Evaluate<double>(new CosineEmbedding(), [1, 1], [0, scale], 2, [1]).Sum, 1e-14);
            Assert.Equal(0, Loss.Evaluate<double>(new CosineEmbedding(), [scale, scale], [1, 1], 2, [1]).Sum, 1e-14);
        }

        Assert.Equal(1 - Math.Sqrt(0.5), Loss.Evaluate<float>(new CosineEmbedding(), [1e-44f, 0], [3e38f, 3e38f], 2, [1]).Sum, 1e-14);
        double[] byFirst = new double[2];
        Loss.EvaluateWithGradient<double>(new CosineEmbedding(), [1e200, 0], [0, 1], 2, [1], byFirst, []);
        Assert.Equal([0, -1e-200], byFirst, (a, b) => Math.Abs(a - b) <= 1e-214);
        Assert.True(double.IsNaN(Loss.Evaluate<double>(new CosineEmbedding(), [Infinity, 0], [1, 1], 2, [1]).Sum));
    }

    /// <summary>A gradient that is not wanted changes nothing of the other.</summary>
    [Fact]
    public void OneGradientAlone()
    {
        float[] a = [1, 2, 3, 4, 5, 6], b = [2, 1, 0, -1, 2, 4], byFirst = new float[6], bySecond = new float[6], alone = new float[6];
        LossTally both = Loss.EvaluateWithGradient<float>(new CosineEmbedding(), a, b, 3, [1, -1], byFirst, bySecond);
        Assert.Equal(both, Loss.EvaluateWithGradient<float>(new CosineEmbedding(), a, b, 3, [1, -1], alone, []));
        Assert.Equal(byFirst, alone);
    }

    [Fact]
    public void PairsAreLabelledByASign()
    {
        Says("labels[1] is 0; it must be 1 or -1", () => Loss.Evaluate<float>(new CosineEmbedding(), [1, 2], [1, 2], 1, [1, 0]));
        Says("margin is 1.5", () => Loss.Evaluate<float>(new CosineEmbedding(1.5), [1, 2], [1, 2], 1, [1, 1]));
        Says("labels has 1", () => Loss.Evaluate<float>(new CosineEmbedding(), [1, 2], [1, 2], 1, [1]));
        Says("margin is -1", () => Loss.Evaluate<float>(new TripletMargin(-1), [1], [1], [1], 1));
        Says("epsilon is NaN", () => Loss.Evaluate<float>(new TripletMargin(epsilon: double.NaN), [1], [1], [1], 1));
    }

    [Fact]
    public void TripletsOfKnownDistances()
    {
        double[] a = [0, 0], p = [3, 4], n = [6, 8], byA = new double[2], byP = new double[2], byN = new double[2];
        LossTally tally = Loss.EvaluateWithGradient<double>(new TripletMargin(6, epsilon: 0), a, p, n, 2, new(byA, byP, byN));
        Assert.Equal(1, tally.Sum);
        Assert.Equal([0, 0], byA, (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal([0.6, 0.8], byP, (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal([-0.6, -0.8], byN, (x, y) => Math.Abs(x - y) < 1e-15);
        Assert.Equal(6, Loss.Evaluate<double>(new TripletMargin(6, true, 0), a, p, n, 2).Sum); // 5 - |p - n| + 6
        Assert.Equal(0, Loss.Evaluate<double>(new TripletMargin(5, epsilon: 0), a, p, n, 2).Sum);
        Assert.Equal((Math.Sqrt(2) + 1.4) * 1e-6, Loss.Evaluate<double>(new TripletMargin(5), a, a, [3, 4], 2).Sum, 1e-12);
    }

    [Fact]
    public void TripletsWithoutADistanceHaveNoSlope()
    {
        double[] byA = new double[2], byP = new double[2], byN = new double[2];
        LossTally tally = Loss.EvaluateWithGradient<double>(new TripletMargin(1, epsilon: 0), [1, 2], [1, 2], [1, 2], 2, new(byA, byP, byN));
        Assert.Equal(1, tally.Sum);
        Assert.All(byA.Concat(byP).Concat(byN), g => Assert.Equal(0, g));
    }

    [Fact]
    public void TripletsOfExtremeMagnitudes()
    {
        Assert.Equal(3e200, Loss.Evaluate<double>(new TripletMargin(0), [0, 0], [3e200, 4e200], [2e200, 0], 2).Sum, 1e187);
        Assert.Equal(3e-200, Loss.Evaluate<double>(new TripletMargin(0, epsilon: 0), [0, 0], [3e-200, 4e-200], [2e-200, 0], 2).Sum, 1e-213);
        Assert.Equal(4e38, Loss.Evaluate<float>(new TripletMargin(0, epsilon: 0), [0, 0], [3e38f, 3e38f], [0, 2.4264068e37f], 2).Sum, 1e32);
        Assert.True(double.IsNaN(Loss.Evaluate<double>(new TripletMargin(), [Infinity], [1], [1], 1).Sum));
    }

    /// <summary>0 lies between the one-sided derivatives.</summary>
    [Fact]
    public void WhereTheMarginIsJustMetTheSlopeIsZero()
    {
        double[] byA = new double[2], byP = new double[2], byN = new double[2];
        Assert.Equal(0, Loss.EvaluateWithGradient<double>(new TripletMargin(5, epsilon: 0), [0, 0], [3, 4], [6, 8], 2, new(byA, byP, byN)).Sum);
        Assert.All(byA.Concat(byP).Concat(byN), g => Assert.Equal(0, g));
        Assert.Equal(0, Loss.EvaluateWithGradient<double>(new CosineEmbedding(), [1, 0], [0, 2], 2, [-1], byA, byP).Sum);
        Assert.All(byA.Concat(byP), g => Assert.Equal(0, g));
    }

    /// <summary>At an equal distance of anchor and positive from the negative, swap keeps the anchor's.</summary>
    [Fact]
    public void SwapNeedsAStrictlySmallerDistance()
    {
        double[] byA = new double[2], byP = new double[2], byN = new double[2], swappedA = new double[2], swappedP = new double[2], swappedN = new double[2];
        LossTally plain = Loss.EvaluateWithGradient<double>(new TripletMargin(epsilon: 0), [-1, 0], [1, 0], [0, 2], 2, new(byA, byP, byN));
        Assert.Equal(plain, Loss.EvaluateWithGradient<double>(new TripletMargin(swap: true, epsilon: 0), [-1, 0], [1, 0], [0, 2], 2, new(swappedA, swappedP, swappedN)));
        Assert.Equal(byA.Concat(byP).Concat(byN), swappedA.Concat(swappedP).Concat(swappedN));
    }

    /// <summary>The sum of a million terms keeps a double's digits.</summary>
    [Fact]
    public void LongRowsKeepTheirDigits()
    {
        const int N = 1_000_003;
        double[] a = new double[N], b = new double[N], c = new double[N];
        Array.Fill(a, 0.1);
        Assert.Equal(0.1 * Math.Sqrt(N), Loss.Evaluate<double>(new TripletMargin(0, epsilon: 0), a, b, a, N).Sum, 1e-12);
        a.AsSpan(0, N / 2).CopyTo(b);
        Assert.Equal(1 - Math.Sqrt(N / 2 / (double)N), Loss.Evaluate<double>(new CosineEmbedding(), a, b, N, [1]).Sum, 1e-13);
        Array.Fill(c, 1.0);
        Assert.Equal(0.9 / 1.1, Loss.Evaluate<SoftDice, double>(new(0), a, N, c).Sum, 1e-13);
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
