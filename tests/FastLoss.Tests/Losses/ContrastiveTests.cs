using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Losses;

/// <summary>What the contracts do not say of contrastive losses: what they are of each other, large similarities, and their corners.</summary>
public class ContrastiveTests
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true);

    private static double[] Square(int n, int seed, double size = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, n * n).Select(_ => size * (float)((2 * random.NextDouble()) - 1))];
    }

    private static void For(Action<int, int> law) => Prop.ForAll(
        Arb.From(from n in Gen.Choose(1, 70) from seed in Gen.Choose(0, 1 << 20) select (n, seed)), p => law(p.n, p.seed)).Check(Settings);

    [Fact]
    public void ClipIsTheMeanOfTheCrossEntropiesOfRowsAndColumns() => For((n, seed) =>
    {
        double[] s = Square(n, seed), byRows = new double[n * n], byColumns = new double[n * n], gradient = new double[n * n];
        int[] own = [.. Enumerable.Range(0, n)];
        SoftmaxCrossEntropy loss = new() { Temperature = 0.1 };
        LossTally rows = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(loss, s, n, own, byRows);
        LossTally columns = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(loss, s, new ClassAxis(n, n), own, byColumns);
        LossTally both = Loss.EvaluateWithGradient(new ClipLoss(0.1), s, gradient);
        Assert.Equal((rows.Sum + columns.Sum) / 2, both.Sum, 1e-13 * (1 + both.Sum));
        Assert.Equal((n, (double)n), (both.Count, both.Weight));
        for (int i = 0; i < n * n; i++) Assert.Equal((byRows[i] + byColumns[i]) / 2, gradient[i], 1e-15);
    });

    /// <summary>A pair left out is as one that was never there; it is where its elements are anything.</summary>
    [Fact]
    public void APairThatDoesNotCountIsNotThere() => For((n, seed) =>
    {
        double[] s = Square(n, seed), smaller = [.. s.Where((_, i) => i / n != n / 2 && i % n != n / 2)], losses = new double[n], gradient = new double[n * n];
        bool[] mask = [.. Enumerable.Range(0, n).Select(i => i != n / 2)];
        double[] weights = [.. mask.Select(m => m ? 1.0 : 0)];
        double[] expected = new double[n - 1], expectedGradient = new double[smaller.Length];
        for (int i = 0; i < n * n; i++) s[i] = i / n == n / 2 || i % n == n / 2 ? double.NaN : s[i];
        LossTally without = Loss.PerRow(new ClipLoss(0.2), smaller, expected);
        Loss.Gradient(new ClipLoss(0.2), smaller, expectedGradient);
        foreach (bool isMasked in new[] { true, false })
        {
            LossTally tally = Loss.PerRow(new ClipLoss(0.2), s, losses, isMasked ? new() { Mask = mask } : new() { Weights = weights });
            Assert.Equal(without.Sum, tally.Sum, 1e-13 * (1 + without.Sum));
            Assert.Equal((without.Weight, without.Count), (tally.Weight, tally.Count));
            Assert.Equal(0, losses[n / 2]);
            Loss.Gradient(new ClipLoss(0.2), s, gradient, isMasked ? new() { Mask = mask } : new() { Weights = weights });
            Close.Relative<double>(expectedGradient, [.. gradient.Where((_, i) => i / n != n / 2 && i % n != n / 2)], 1e-11, "gradient", 1e-30);
            Assert.All(gradient.Where((_, i) => i / n == n / 2 || i % n == n / 2), g => Assert.Equal(0, g));
        }
    });

    /// <summary>With one positive both sums are NT-Xent; with more the sum inside is the smaller, for the logarithm is concave.</summary>
    [Fact]
    public void SupervisedContrastOfPairsIsNTXent() => For((half, seed) =>
    {
        int n = 2 * half;
        double[] s = Square(n, seed), expected = new double[n], losses = new double[n], inside = new double[n], gradient = new double[n * n], expectedGradient = new double[n * n];
        int[] labels = [.. Enumerable.Range(0, n).Select(i => (i % half) - 7)], positives = [.. Enumerable.Range(0, n).Select(i => (i + half) % n)];
        Loss.PerRow(new NTXent(0.1), s, positives, expected);
        Loss.Gradient(new NTXent(0.1), s, positives, expectedGradient);
        foreach (PositivesSum sum in Enum.GetValues<PositivesSum>())
        {
            Loss.PerRow(new SupCon(0.1, sum), s, labels, losses);
            Close.Relative<double>(expected, losses, 1e-11, $"{sum}", 1e-14);
            Loss.Gradient(new SupCon(0.1, sum), s, labels, gradient);
            for (int i = 0; i < n * n; i++) Assert.Equal(expectedGradient[i], gradient[i], 1e-14);
        }

        int[] few = [.. labels.Select(l => l & 1)];
        Loss.PerRow(new SupCon(0.1), s, few, losses);
        Loss.PerRow(new SupCon(0.1, PositivesSum.Inside), s, few, inside);
        for (int i = 0; i < n; i++) Assert.True(inside[i] <= losses[i] + 1e-12, $"{inside[i]:R} inside, {losses[i]:R} outside");
    });

    [Fact]
    public void ExplicitNegativesAreCrossEntropyOfTheFirstColumn() => For((columns, seed) =>
    {
        float[] s = Array.ConvertAll(Square(columns, seed), v => (float)v), expected = new float[s.Length], gradient = new float[s.Length];
        SoftmaxCrossEntropy loss = new() { Temperature = 0.1 };
        LossTally tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(loss, s, columns, new int[columns], expected);
        Assert.Equal(tally.Mean, Loss.EvaluateWithGradient<float>(new InfoNCE(0.1), s, columns, gradient).Mean, 1e-6 * tally.Mean);
        Close.Relative<float>(Array.ConvertAll(expected, v => (double)v), gradient, 1e-5, "gradient", 1e-9);
    });

    /// <summary>Similarities of 1e4, and so logits of 1e5: losses to the last digits of the difference that they are, and finite gradients.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(130)]
    public void LargeSimilaritiesAreStable(int n)
    {
        double[] s = Square(n, n, 1e4);
        int[] labels = [.. Enumerable.Range(0, n).Select(i => i % Math.Max(1, n / 3))];
        double[] losses = new double[n], gradient = new double[n * n];
        Each(new double[n].Select((_, r) => Naive(r, c => c != r, c => c == r, diagonal: true)), Loss.PerRow(new ClipLoss(0.1), s, losses), Loss.EvaluateWithGradient(new ClipLoss(0.1), s, gradient));
        Each(
            new double[n].Select((_, r) => Enumerable.Range(0, n).Sum(c => Math.Max(0, (c == r ? -1 : 1) * ((10 * s[(r * n) + c]) - 10)))),
            Loss.PerRow(new SigLip(10, -10), s, losses),
            Loss.EvaluateWithGradient(new SigLip(10, -10), s, gradient));
        Each(
            new double[n].Select((_, r) => Naive(r, c => c != r, c => c != r && labels[c] == labels[r], diagonal: false)),
            Loss.PerRow(new SupCon(0.1), s, labels, losses),
            Loss.EvaluateWithGradient(new SupCon(0.1), s, labels, gradient));
        Each(new double[n].Select((_, r) => 10 * (s[(r * n)..((r + 1) * n)].Max() - s[r * n])), Loss.PerRow(new InfoNCE(0.1), s, n, losses), Loss.EvaluateWithGradient(new InfoNCE(0.1), s, n, gradient));
        float[] narrow = Array.ConvertAll(s, v => (float)v), narrowGradient = new float[n * n];
        Assert.True(double.IsFinite(Loss.EvaluateWithGradient<float>(new ClipLoss(0.1), narrow, narrowGradient).Sum) && narrowGradient.All(float.IsFinite));
        Assert.True(double.IsFinite(Loss.EvaluateWithGradient<float>(new SupCon(0.1), narrow, labels, narrowGradient).Sum) && narrowGradient.All(float.IsFinite));
        Assert.True(double.IsFinite(Loss.EvaluateWithGradient<float>(new SigLip(10, -10), narrow, narrowGradient).Sum) && narrowGradient.All(float.IsFinite));

        // So far apart the largest is all of the sum: the loss is a difference, or 0, within what ties to a logit may add.
        double Naive(int r, Func<int, bool> takesPart, Func<int, bool> isPositive, bool diagonal)
        {
            int[] others = [.. Enumerable.Range(0, n).Where(takesPart)], positives = [.. Enumerable.Range(0, n).Where(isPositive)];
            double row = positives.Average(p => 10 * (others.Append(p).Max(c => s[(r * n) + c]) - s[(r * n) + p]));
            return !diagonal ? row : (row + (10 * (others.Append(r).Max(c => s[(c * n) + r]) - s[(r * n) + r]))) / 2;
        }

        void Each(IEnumerable<double> expected, LossTally each, LossTally whole)
        {
            Assert.Equal(each, whole);
            Assert.All(expected.Zip(losses), p => Assert.Equal(p.First, p.Second, 1 + (1e-12 * Math.Abs(p.First))));
            Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
        }
    }

    [Fact]
    public void OneRowHasNoNegative()
    {
        float[] gradient = [5];
        Assert.Equal(0, Loss.EvaluateWithGradient<float>(new ClipLoss(0.1), [3], gradient).Mean);
        Assert.Equal([0], gradient);
        Assert.Equal(0, Loss.EvaluateWithGradient<float>(new InfoNCE(0.1), [3], 1, gradient).Mean);
        Assert.Equal([0], gradient);
        Assert.Equal(Math.Log(2), Loss.EvaluateWithGradient<float>(new SigLip(2, -6), [3], gradient).Mean, 1e-15); // its matching pair alone, at z = 0
        Assert.Equal([-1], gradient);
        Assert.Equal(default, Loss.EvaluateWithGradient<float>(new SupCon(0.1), [float.NaN], [0], gradient)); // no positive
        Assert.Equal([0], gradient);
        Assert.Equal(default, Loss.Evaluate<float>(new ClipLoss(0.1), []));
        Assert.Equal(default, Loss.Evaluate<float>(new SigLip(1, 0), []));
        Assert.Equal(default, Loss.Evaluate<float>(new SupCon(0.1), [], []));
        Assert.Equal(default, Loss.Evaluate<float>(new InfoNCE(0.1), [], 4));
    }

    [Fact]
    public void AnAnchorWithoutAPositiveIsSkippedAndOneWithoutNegativesIsNot()
    {
        double[] s = [double.NaN, 1, 2, 1, double.NaN, 3, double.NaN, 3, double.NaN], losses = [5, 5, 5], gradient = [5, 5, 5, 5, 5, 5, 5, 5, 5];
        LossTally tally = Loss.PerRow(new SupCon(1), s, [4, 4, -1], losses);
        Assert.Equal((2, 2.0), (tally.Count, tally.Weight));
        Assert.Equal([Math.Log(1 + Math.E), Math.Log(1 + Math.Exp(2)), 0], losses.Select(v => Math.Round(v, 14)), (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal(tally, Loss.EvaluateWithGradient(new SupCon(1), s, [4, 4, -1], gradient));
        Assert.Equal([0, 0, 0, 0, 0], new[] { gradient[0], gradient[4], gradient[6], gradient[7], gradient[8] });
        Assert.Equal(-gradient[1], gradient[2], 1e-16);

        // All of one label: inside, the mean share of all is 1 / 2, whatever they are.
        double[] all = [9, 1, 2, 1, 9, 3, 4, 3, 9];
        Loss.PerRow(new SupCon(1, PositivesSum.Inside), all, [7, 7, 7], losses);
        Assert.All(losses, v => Assert.Equal(Math.Log(2), v, 1e-15));
        Loss.Gradient(new SupCon(1, PositivesSum.Inside), all, [7, 7, 7], gradient);
        Assert.All(gradient, g => Assert.Equal(0, g));
        Loss.PerRow(new SupCon(1), all, [7, 7, 7], losses);
        Assert.Equal(Math.Log(1 + Math.Exp(-1)) + 0.5, losses[0], 1e-15);

        // A row that is masked is still a positive of others.
        LossTally masked = Loss.PerRow(new SupCon(1), all, [7, 7, 0], losses, new() { Mask = new[] { true, false, true } });
        Assert.Equal(1, masked.Count);
        Assert.Equal(Math.Log(1 + Math.E), losses[0], 1e-15);
    }

    [Fact]
    public void InfinitiesAreMasks()
    {
        const double Masked = double.NegativeInfinity;
        double[] losses = new double[2], gradient = new double[4], three = new double[3], square = new double[9];
        Loss.PerRow(new SigLip(1, 0), [0, Masked, Masked, 0], losses);
        Assert.All(losses, v => Assert.Equal(Math.Log(2), v, 1e-15));
        Loss.EvaluateWithGradient(new SigLip(1, 0), [Masked, 0, 0, 0], gradient);
        Assert.Equal([-0.5, 0.25, 0.25, -0.25], gradient);
        Loss.PerRow(new SigLip(1, 0), [Masked, 0, 0, 0], losses);
        Assert.Equal(double.PositiveInfinity, losses[0]);
        Assert.Equal(0, Loss.Evaluate(new ClipLoss(1), [3, Masked, Masked, 3]).Mean);
        Assert.Equal(0, Loss.Evaluate(new InfoNCE(1), [3, Masked, Masked], 3).Mean);

        // A masked positive: infinite outside, left to the other inside; the gradient is finite.
        double[] s = [0, 1, Masked, 1, 0, 1, 1, 1, 0];
        Loss.PerRow(new SupCon(1), s, [1, 1, 1], three);
        Assert.Equal(double.PositiveInfinity, three[0]);
        Loss.PerRow(new SupCon(1, PositivesSum.Inside), s, [1, 1, 1], three);
        Assert.Equal(Math.Log(2), three[0], 1e-15);
        foreach (PositivesSum sum in Enum.GetValues<PositivesSum>())
        {
            Loss.Gradient(new SupCon(1, sum), s, [1, 1, 1], square);
            Assert.All(square, g => Assert.True(double.IsFinite(g)));
            double[] alone = [0, Masked, 1, Masked, 0, 1, 1, 1, 0];
            Assert.Equal(double.PositiveInfinity, Loss.EvaluateWithGradient(new SupCon(1, sum), alone, [1, 1, 0], square).Mean);
            Assert.Equal([0, -0.5, 0.5, -0.5, 0, 0.5, 0, 0, 0], square);
        }

        // Nothing but masks beside the diagonal is no softmax, and neither is a NaN or +infinity; its neighbours are.
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            Loss.PerRow(new SupCon(1), [9, bad, 1, 1, 9, 1, 1, 1, 9], [1, 1, 1], three);
            Assert.Equal([true, false, false], three.Select(double.IsNaN));
            Loss.Gradient(new SupCon(1), [9, bad, 1, 1, 9, 1, 1, 1, 9], [1, 1, 1], square);
            Assert.Equal([false, true, true, false, false, false, false, false, false], square.Select(double.IsNaN));
        }

        Loss.PerRow(new SupCon(1), [9, Masked, Masked, 1, 9, 1, 1, 1, 9], [1, 1, 2], three);
        Assert.True(double.IsNaN(three[0]));
        Loss.PerRow(new ClipLoss(1), [0, 0, double.NaN, 0, 0, 0, 0, 0, 0], three);
        Assert.Equal([true, false, true], three.Select(double.IsNaN)); // pair 0 by its row, pair 2 by its column
    }

    [Fact]
    public void ThreadsGiveTheSameBits()
    {
        const int N = 600;
        float[] s = Array.ConvertAll(Square(N, 1), v => (float)v), one = new float[N * N], three = new float[N * N];
        int[] labels = [.. Enumerable.Range(0, N).Select(i => i % 40)];
        Same(t => Loss.EvaluateWithGradient<float>(new SigLip(10, -10), s, t > 1 ? three : one, new() { Threads = t }));
        Same(t => Loss.EvaluateWithGradient<float>(new ClipLoss(0.1), s, t > 1 ? three : one, new() { Threads = t }));
        Same(t => Loss.EvaluateWithGradient<float>(new SupCon(0.1), s, labels, t > 1 ? three : one, new() { Threads = t }));
        Same(t => Loss.EvaluateWithGradient<float>(new InfoNCE(0.1), s, N, t > 1 ? three : one, new() { Threads = t }));

        void Same(Func<int, LossTally> run)
        {
            Assert.Equal(run(1), run(3));
            Close.Same<float>(one, three, "gradient");
        }
    }

    [Fact]
    public void BadCallsSayWhy()
    {
        double[] square = [1, 2, 3, 4], gradient = [5, 5, 5, 5];
        Says("similarities has 3 elements; the largest square in it needs 1", () => Loss.Evaluate(new ClipLoss(1), new double[3]));
        Says("similarities has 4 elements; a square with a row for each label needs 9", () => Loss.Evaluate(new SupCon(1), square, [0, 0, 0]));
        Says("similarities has 4 elements, which is not a whole number of rows of 3", () => Loss.Evaluate(new InfoNCE(1), square, 3));
        Says("columns is 0", () => Loss.Evaluate(new InfoNCE(1), square, 0));
        Says("Temperature is 0", () => Loss.EvaluateWithGradient(default(ClipLoss), square, gradient));
        Says("Temperature is NaN", () => Loss.EvaluateWithGradient(new SupCon(double.NaN), square, [0, 0], gradient));
        Says("Temperature is -1", () => Loss.EvaluateWithGradient(new InfoNCE(-1), square, 2, gradient));
        Says("Positives is 7; it must be one of Outside, Inside", () => Loss.EvaluateWithGradient(new SupCon(1, (PositivesSum)7), square, [0, 0], gradient));
        Says("Scale is 0", () => Loss.EvaluateWithGradient(default(SigLip), square, gradient));
        Says("Bias is NaN", () => Loss.EvaluateWithGradient(new SigLip(1, double.NaN), square, gradient));
        Says("Mask has 3 elements; a mask for each pair needs 2", () => Loss.EvaluateWithGradient(new ClipLoss(1), square, gradient, new() { Mask = new bool[3] }));
        Says("gradient overlaps similarities", () => Loss.EvaluateWithGradient(new ClipLoss(1), square, square, new() { Accumulate = true }));
        Assert.Equal([5, 5, 5, 5], gradient);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
