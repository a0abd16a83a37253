using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60)]
public class PairwiseRankingTests
{
    [Fact]
    public void LiteralValues()
    {
        double[] losses = new double[4], byFirst = new double[4], bySecond = new double[4];
        LossTally tally = Loss.PerElement(new PairwiseRanking<MarginRanking>(new(0.5)), [1, 1, 1, 3], [0, 2, 0, 1], [1, 1, -1, -1], losses);
        Assert.Equal([0, 1.5, 1.5, 2.5], losses);
        Assert.Equal(tally, Loss.EvaluateWithGradient(new PairwiseRanking<MarginRanking>(new(0.5)), [1, 1, 1, 3], [0, 2, 0, 1], [1, 1, -1, -1], byFirst, bySecond));
        Assert.Equal([0, -0.25, 0.25, 0.25], byFirst);
        Assert.Equal([0, 0.25, -0.25, -0.25], bySecond);
    }

    /// <summary>The loss of a pair is that of its difference, bit for bit, with weights and mask, and so are the gradients.</summary>
    [Property]
    public void IsTheLossOfTheDifference(Numbers numbers)
    {
        Check<MarginRanking, float>(new(0.25f), numbers);
        Check<SoftMargin, double>(new(), numbers);
    }

    private static void Check<TLoss, T>(TLoss loss, Numbers numbers)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] first = numbers.As<T>(), second = [.. first.Reverse()];
        T[] targets = [.. first.Select((v, i) => i % 3 == 0 ? -T.One : T.One)], weights = [.. first.Select((_, i) => T.CreateTruncating(i % 4))];
        T[] difference = [.. first.Zip(second, (a, b) => a - b)];
        T[] expected = new T[first.Length], byFirst = new T[first.Length], bySecond = new T[first.Length], losses = new T[first.Length];
        foreach (bool isWeighed in (bool[])[false, true])
        {
            LossOptions<T> options = new() { Weights = isWeighed ? weights : [], Mask = isWeighed ? [.. first.Select((_, i) => i % 5 != 0)] : [] };
            LossTally tally = Loss.EvaluateWithGradient<TLoss, T>(loss, difference, targets, expected, options);
            Assert.Equal(tally, Loss.Evaluate<TLoss, T>(new PairwiseRanking<TLoss>(loss), first, second, targets, options));
            Assert.Equal(tally, Loss.EvaluateWithGradient<TLoss, T>(new PairwiseRanking<TLoss>(loss), first, second, targets, byFirst, bySecond, options));
            Close.Same<T>(expected, byFirst, "first");
            Loss.Gradient<TLoss, T>(new PairwiseRanking<TLoss>(loss), first, second, targets, losses, bySecond, options);
            Close.Same<T>(expected, losses, "the gradient alone");
            Close.Same<T>([.. expected.Select(v => tally.Weight == 0 ? T.Zero : -v)], bySecond, "second"); // no mean: zeros, none of them -0
            Loss.PerElement<TLoss, T>(loss, difference, targets, expected, options);
            Assert.Equal(tally, Loss.PerElement<TLoss, T>(new PairwiseRanking<TLoss>(loss), first, second, targets, losses, options));
            Close.Same<T>(expected, losses, "losses");
        }
    }

    [Fact]
    public void BadCallsThrowBeforeTheyWrite()
    {
        float[] g = [5, 5, 5], h = [5, 5, 5];
        Says("first has 3 elements and second has 2", () => Run([1, 2, 3], [1, 2], [1, 1, 1]));
        Says("targets has 2 elements and first has 3", () => Run([1, 2, 3], [1, 2, 3], [1, 1]));
        Says("secondGradient overlaps firstGradient", () => Loss.EvaluateWithGradient(new PairwiseRanking<MarginRanking>(), [1, 2, 3], [1, 2, 3], [1, 1, 1], g, g));
        Says("firstGradient has 2", () => Loss.EvaluateWithGradient(new PairwiseRanking<MarginRanking>(), [1, 2, 3], [1, 2, 3], [1, 1, 1], g.AsSpan(0, 2), h));
        Says("margin is NaN", () => new MarginRanking(float.NaN).ToString());
        Assert.Equal([5, 5, 5, 5, 5, 5], g.Concat(h));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(new PairwiseRanking<MarginRanking>(), g, h, g, g, h)));

        void Run(float[] first, float[] second, float[] targets) =>
            Loss.EvaluateWithGradient(new PairwiseRanking<MarginRanking>(), first, second, targets, g, h);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
