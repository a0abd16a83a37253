using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

public class NTXentTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(63)]
    [InlineData(130)]
    public void IsSoftmaxCrossEntropyWithTheDiagonalMasked(int n)
    {
        Check<float>(n, 2e-6);
        Check<double>(n, 1e-13);
    }

    private static void Check<T>(int n, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] s, int[] positives) = Batch<T>(n);
        double[] masked = Reference.Widen<T>(s);
        for (int i = 0; i < n; i++) masked[(i * n) + i] = double.NegativeInfinity;
        double[] expected = new double[n * n], expectedLosses = new double[n];
        SoftmaxCrossEntropy tempered = new() { Temperature = 0.5 };
        LossOptions<double> options = new() { IgnoreLabel = -1 };
        LossTally reference = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(tempered, masked, n, positives, expected, options);
        Loss.PerRow<SoftmaxCrossEntropy, double, int>(tempered, masked, n, positives, expectedLosses, options);
        for (int i = 0; i < n; i++) s[(i * n) + i] = T.NaN; // the diagonal is not read
        T[] gradient = new T[n * n], losses = new T[n], inPlace = [.. s];
        LossTally tally = Loss.EvaluateWithGradient<T>(new NTXent(0.5), s, positives, gradient);
        Assert.Equal(tally, Loss.Evaluate<T>(new NTXent(0.5), s, positives));
        Assert.Equal(tally, Loss.PerRow<T>(new NTXent(0.5), s, positives, losses));
        Assert.Equal((reference.Weight, reference.Count), (tally.Weight, tally.Count));
        Assert.Equal(reference.Sum, tally.Sum, tolerance * reference.Sum);
        Close.Relative<T>(expectedLosses, losses, 10 * tolerance, "losses", 1e-30);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal(expected[i], double.CreateTruncating(gradient[i]), tolerance);
        for (int i = 0; i < n; i++) Assert.Equal(T.Zero, gradient[(i * n) + i]);
        Assert.Equal(tally, Loss.EvaluateWithGradient<T>(new NTXent(0.5), inPlace, positives, inPlace));
        Close.Same<T>(gradient, inPlace, "in place");
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<T>(new NTXent(0.5), s, positives, gradient)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.PerRow<T>(new NTXent(0.5), s, positives, losses)));
    }

    private static (T[] S, int[] Positives) Batch<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(n);
        T[] s = [.. Enumerable.Range(0, n * n).Select(_ => T.CreateTruncating((float)((2 * random.NextDouble()) - 1)))];
        return (s, [.. Enumerable.Range(0, n).Select(i => n > 2 && i % 5 == 4 ? -1 : (i + (n / 2)) % n)]);
    }

    [Fact]
    public void TheGradientIsTheNumericalOne()
    {
        (double[] s, int[] positives) = Batch<double>(7);
        double[] gradient = new double[49];
        Loss.EvaluateWithGradient<double>(new NTXent(0.3), s, positives, gradient);
        for (int i = 0; i < 49; i += 3)
        {
            double at = s[i];
            double numerical = NumericalDerivative.Adaptive(
                v =>
                {
                    s[i] = v;
                    return Loss.Evaluate<double>(new NTXent(0.3), s, positives).Mean;
                },
                at).Value;
            s[i] = at;
            Assert.Equal(numerical, gradient[i], 1e-10);
        }
    }

    /// <summary>More than a block of columns takes a pooled buffer, a row at a time.</summary>
    [Fact]
    public void LongRows()
    {
        const int N = 4100;
        float[] s = new float[N * N];
        int[] positives = new int[N];
        Array.Fill(positives, -1);
        positives[3] = 5;
        positives[4099] = 0;
        float[] losses = new float[N];
        LossTally tally = Loss.PerRow<float>(new NTXent(1), s, positives, losses);
        Assert.Equal(2, tally.Count);
        Assert.Equal(2 * Math.Log(N - 1), tally.Sum, 1e-5);
        Assert.Equal(0, losses[4]);
        Assert.Equal(losses[3], losses[4099]);
    }

    [Fact]
    public void CornersAndBadCalls()
    {
        Assert.Equal(0, Loss.Evaluate<float>(new NTXent(0.1), [1, 2, 3, 4], [1, 0]).Mean); // the positive is all there is
        Assert.Equal(default, Loss.Evaluate<float>(new NTXent(0.1), [], []));
        float[] gradient = [5, 5, 5, 5], losses = new float[2];
        LossTally none = Loss.EvaluateWithGradient<float>(new NTXent(0.1), [float.NaN, 2, 3, 4], [-1, -1], gradient);
        Assert.Equal(default, none);
        Assert.Equal([0, 0, 0, 0], gradient);
        Loss.PerRow<float>(new NTXent(0.1), [1, float.NaN, 3, 1], [1, 0], losses);
        Assert.Equal([float.NaN, 0], losses);

        gradient = [5, 5, 5, 5];
        Says("positives[1] is 1; it must be -1, or a column from 0 to 1 other than its row's own", [1, 1], 0.1);
        Says("positives[0] is 2", [2, 0], 0.1);
        Says("Temperature is 0", [1, 0], 0);
        Says("Temperature is NaN", [1, 0], double.NaN);
        Says("similarities has 4 elements; a square with a row for each positive needs 9", [1, 0, 0], 0.1);
        float[] matrix = [5, 5, 5, 5, 5];
        Assert.Contains(
            "gradient overlaps similarities in part",
            Assert.ThrowsAny<ArgumentException>(() => Loss.EvaluateWithGradient<float>(new NTXent(1), matrix.AsSpan(0, 4), [1, 0], matrix.AsSpan(1))).Message,
            StringComparison.Ordinal);
        Assert.Equal([5, 5, 5, 5, 5], matrix);
        Assert.Equal([5, 5, 5, 5], gradient);

        void Says(string message, int[] positives, double temperature) => Assert.Contains(
            message,
            Assert.ThrowsAny<ArgumentException>(() => Loss.EvaluateWithGradient<float>(new NTXent(temperature), [1, 2, 3, 4], positives, gradient)).Message,
            StringComparison.Ordinal);
    }
}
