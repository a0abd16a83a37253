namespace FastLoss.Tests.Losses;

/// <summary>Soft Dice and soft Jaccard beside the laws of <see cref="Contracts.RowLossContract"/>.</summary>
public class OverlapTests
{
    [Fact]
    public void LiteralValues()
    {
        double[] p = [1, 1, 0, 0], t = [1, 0, 1, 0];
        Assert.Equal(0.5, Loss.Evaluate<SoftDice, double>(new(0), p, 4, t).Sum);
        Assert.Equal(2 / 3.0, Loss.Evaluate<SoftJaccard, double>(new(0), p, 4, t).Sum);
        Assert.Equal(1 - (3 / 5.0), Loss.Evaluate<SoftDice, double>(new(), p, 4, t).Sum, 1e-15);
        Assert.Equal(1 - (2 / 4.0), Loss.Evaluate<SoftJaccard, double>(new(), p, 4, t).Sum, 1e-15);
        Assert.Equal(0, Loss.Evaluate<SoftDice, double>(new(), t, 4, t).Sum);
        Assert.Equal(1, Loss.Evaluate<SoftJaccard, double>(new(0), p, 4, [0, 0, 1, 1]).Sum);
    }

    /// <summary>Values of the definitions, counted by hand: TP 1.5, FP .3, FN .5; squares of differences .22, of both 3.22.</summary>
    [Fact]
    public void Tversky_and_squares_have_the_definitions_values()
    {
        double[] p = [.9, .1, .2, .6], t = [1, 0, 0, 1];
        Assert.Equal(.2268041237, Loss.Evaluate<Tversky, double>(new(.3, .7, 0), p, 4, t).Sum, 1e-10);
        Assert.Equal(.0683229814, Loss.Evaluate<SoftDice, double>(new(0) { Squared = true }, p, 4, t).Sum, 1e-10);
        Assert.Equal(Math.Pow(.44 / 1.94, .75), Loss.Evaluate<Tversky, double>(new(.3, .7, 0) { Gamma = .75 }, p, 4, t).Sum, 1e-14);
        Assert.Equal(Loss.Evaluate<SoftDice, double>(new(2), p, 4, t).Sum, Loss.Evaluate<Tversky, double>(new(.5, .5, 1), p, 4, t).Sum, 1e-15);
        Assert.Equal(Loss.Evaluate<SoftJaccard, double>(new(1), p, 4, t).Sum, Loss.Evaluate<Tversky, double>(new(1, 1, 1), p, 4, t).Sum, 1e-15);
        Assert.Equal((0.3, 0.7, 1.0, 1.0), (default(Tversky).Alpha, default(Tversky).Beta, default(Tversky).Smoothing, default(Tversky).Gamma));
    }

    /// <summary>Two pixels of the mask and one beside it, by hand: errors 2, 1.5 and .5 add 1/2, 1/6 and 1/3 of the Jaccard loss; the hinge of nothing is the largest error.</summary>
    [Fact]
    public void The_Lovasz_hinge_has_the_definitions_values()
    {
        double[] x = [-1, 0.5, 0.5], t = [1, 0, 1], gradient = new double[3];
        Assert.Equal((2 / 2.0) + (1.5 / 6) + (0.5 / 3), Loss.EvaluateWithGradient(new LovaszHinge(), x, 3, t, gradient).Sum, 1e-15);
        Assert.Equal([-1 / 2.0, 1 / 6.0, -1 / 3.0], gradient);
        Assert.Equal(2.5, Loss.EvaluateWithGradient(new LovaszHinge(), [0.5, 1.5, -3], 3, (double[])[0, 0, 0], gradient).Sum);
        Assert.Equal([0, 1, 0], gradient);
        Assert.Equal(0, Loss.EvaluateWithGradient(new LovaszHinge(), [2, -1.5, 3], 3, t, gradient).Sum);
        Assert.Equal([0, 0, 0], gradient);
        Assert.Equal(double.PositiveInfinity, Loss.EvaluateWithGradient(new LovaszHinge(), [double.NegativeInfinity, -2, 3], 3, t, gradient).Sum);
        Assert.Equal([-0.5, 0, 0], gradient);
        Assert.True(double.IsNaN(Loss.EvaluateWithGradient(new LovaszHinge(), [1, double.NaN, 3], 3, t, gradient).Sum));
        Assert.All(gradient, g => Assert.True(double.IsNaN(g)));
    }

    /// <summary>Where nothing is wrong the slope of an exponent below 1 is infinite, and 0 is given.</summary>
    [Fact]
    public void A_perfect_mask_has_no_focal_slope()
    {
        double[] t = [1, 0, 1], gradient = [5, 5, 5];
        Assert.Equal(0, Loss.EvaluateWithGradient<Tversky, double>(new() { Gamma = .75 }, t, 3, t, gradient).Sum);
        Assert.Equal([0, 0, 0], gradient);
        Assert.Contains("Gamma is 0", Assert.ThrowsAny<ArgumentException>(() => Loss.Evaluate<Tversky, float>(new() { Gamma = 0 }, [1], 1, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("alpha is -1", Assert.ThrowsAny<ArgumentException>(() => new Tversky(alpha: -1)).Message, StringComparison.Ordinal);
    }

    /// <summary>One pixel of a million at 1e-7: 1 - 2 sum pt / sums has no digit left in float.</summary>
    [Fact]
    public void NearlyPerfectMasksKeepTheirDigits()
    {
        float[] t = [.. Enumerable.Range(0, 1_000_000).Select(i => i % 2f)], p = [.. t];
        p[0] = 1e-7f;
        Assert.Equal((double)1e-7f / 1_000_001, Loss.Evaluate<SoftDice, float>(new(), p, t.Length, t).Sum, 1e-25);
        Assert.Equal((double)1e-7f / 500_001, Loss.Evaluate<SoftJaccard, float>(new(), p, t.Length, t).Sum, 1e-25);
    }

    [Fact]
    public void TwoEmptyMasksAgree()
    {
        double[] gradient = new double[3];
        foreach (double smoothing in new[] { 0, 1.0 })
        {
            Assert.Equal(0, Loss.EvaluateWithGradient<SoftDice, double>(new(smoothing), [0, 0, 0], 3, [0, 0, 0], gradient).Sum);
            Assert.All(gradient, g => Assert.Equal(smoothing, g));
            Assert.Equal(0, Loss.EvaluateWithGradient<SoftJaccard, double>(new(smoothing), [0, 0, 0], 3, [0, 0, 0], gradient).Sum);
            Assert.All(gradient, g => Assert.Equal(smoothing, g));
        }
    }

    [Fact]
    public void SmoothingIsNotNegative() => Assert.Contains(
        "smoothing is -1", Assert.ThrowsAny<ArgumentException>(() => Loss.Evaluate<SoftDice, float>(new(-1), [1], 1, [1])).Message, StringComparison.Ordinal);
}
