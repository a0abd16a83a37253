using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>The options of losses of elements: gradients that are added, threads, and what is refused.</summary>
[Collection(nameof(Alone))]
public class ElementwiseOptionsTests
{
    private delegate LossTally Call<T>(Span<T> one, Span<T> two, LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    [Fact]
    public void OptionsOfClassesAreRefused()
    {
        double[] y = [1, 2, 3], t = [2, 2, 2], v = [1, 1, 1], g = [5, 5, 5], h = [6, 6, 6];
        foreach (Call<double> call in (Call<double>[])
        [
            (one, two, options) => Loss.Evaluate(new Huber(), y, t, options),
            (one, two, options) => Loss.EvaluateWithGradient(new Huber(), y, t, one, options),
            (one, two, options) => { Loss.Gradient(new Huber(), y, t, one, options); return default; },
            (one, two, options) => Loss.PerElement(new Huber(), y, t, one, options),
            (one, two, options) => Loss.EvaluateWithCurvature(new Huber(), y, t, one, two, options),
            (one, two, options) => Loss.Evaluate(new PairwiseRanking<SoftMargin>(), y, t, v, options),
            (one, two, options) => Loss.EvaluateWithGradient(new PairwiseRanking<SoftMargin>(), y, t, v, one, two, options),
            (one, two, options) => Loss.PerElement(new PairwiseRanking<SoftMargin>(), y, t, v, one, options),
            (one, two, options) => Loss.Evaluate(new HeteroscedasticGaussianNll(), y, t, v, options),
            (one, two, options) => Loss.EvaluateWithGradient(new HeteroscedasticGaussianNll(), y, t, v, one, two, options),
            (one, two, options) => Loss.PerElement(new HeteroscedasticGaussianNll(), y, t, v, one, options),
        ])
        {
            Refused("ClassWeights has 3 elements", () => call(g, h, new() { ClassWeights = new double[3] }));
            Refused("IgnoreLabel is 255", () => call(g, h, new() { IgnoreLabel = 255 }));
            Refused("MaskedRows is Zeros", () => call(g, h, new() { MaskedRows = MaskedRows.Zeros }));
            Refused("Threads is -2", () => call(g, h, new() { Threads = -2 }));
            Refused("Weights has 2 elements", () => call(g, h, new() { Weights = new double[2] }));
            Refused("Mask has 4 elements", () => call(g, h, new() { Mask = new bool[4] }));
            Refused("Denominator is -1", () => call(g, h, new() { Denominator = -1 }));
            Assert.Equal([5, 5, 5, 6, 6, 6], g.Concat(h));
        }
    }

    [Fact]
    public void OnlyAGradientApartFromTheInputsIsAdded()
    {
        double[] y = [1, 2, 3], t = [2, 2, 2], v = [1, 1, 1], g = [5, 5, 5], h = [6, 6, 6];
        Refused("Accumulate is True", () => Loss.Evaluate(new Huber(), y, t, new() { Accumulate = true }));
        Refused("Accumulate is True", () => Loss.PerElement(new Huber(), y, t, g, new() { Accumulate = true }));
        Refused("Accumulate is True", () => Loss.PerElement(new PairwiseRanking<SoftMargin>(), y, t, v, g, new() { Accumulate = true }));
        Refused("Accumulate is True", () => Loss.Evaluate(new HeteroscedasticGaussianNll(), y, t, v, new() { Accumulate = true }));
        Refused("gradient overlaps predictions", () => Loss.EvaluateWithGradient(new Huber(), y, t, y, new() { Accumulate = true }));
        Refused("gradient overlaps targets", () => Loss.Gradient(new Huber(), y, t, t, new() { Accumulate = true }));
        Refused("curvature overlaps targets", () => Loss.EvaluateWithCurvature(new Huber(), y, t, g, t, new() { Accumulate = true }));
        Refused("secondGradient overlaps targets", () => Loss.EvaluateWithGradient(new PairwiseRanking<SoftMargin>(), y, t, v, g, v, new() { Accumulate = true }));
        Refused("varianceGradient overlaps variances", () => Loss.EvaluateWithGradient(new HeteroscedasticGaussianNll(), y, t, v, g, v, new() { Accumulate = true }));
        Refused("gradients.Anchors overlaps anchors", () => Loss.EvaluateWithGradient(new TripletMargin(), y, t, v, 3, new(y, g, h), new() { Accumulate = true }));
        Refused("gradients.Negatives overlaps negatives", () => Loss.EvaluateWithGradient(new TripletMargin(), y, t, v, 3, new(g, h, v), new() { Accumulate = true }));
        Assert.Equal([1, 2, 3, 2, 2, 2, 1, 1, 1, 5, 5, 5, 6, 6, 6], [.. y, .. t, .. v, .. g, .. h]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(67)]
    [InlineData(8192)]
    [InlineData(20_001)]
    [InlineData(262_145)]
    public void AccumulateAddsEachGradient(int n)
    {
        Adds<float>(n);
        Adds<double>(n);
    }

    private static void Adds<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Batch<T> b = new(n);
        foreach (int threads in (int[])[0, 3])
        {
            foreach (bool isWeighed in (bool[])[false, true])
            {
                Sum((one, two, options) => Loss.EvaluateWithGradient<Huber, T>(new(0.5), b.Predictions, b.Targets, one, options));
                Sum((one, two, options) => { Loss.Gradient<SoftMargin, T>(new(), b.Predictions, b.Targets, one, options); return default; });
                Sum((one, two, options) => Loss.EvaluateWithCurvature<LogCosh, T>(new(), b.Predictions, b.Targets, one, two, options));
                Sum((one, two, options) => Loss.EvaluateWithGradient<SoftMargin, T>(new PairwiseRanking<SoftMargin>(), b.Predictions, b.Targets, b.Variances, one, two, options));
                Sum((one, two, options) => Loss.EvaluateWithGradient<T>(new HeteroscedasticGaussianNll(), b.Predictions, b.Targets, b.Variances, one, two, options));

                void Sum(Call<T> call)
                {
                    T[] plain = [.. b.Variances], plainTwo = [.. b.Predictions], added = [.. b.Variances], addedTwo = [.. b.Predictions];
                    LossTally tally = call(plain, plainTwo, isWeighed ? b.Options(1, false) : default);
                    bool writesSecond = !plainTwo.AsSpan().SequenceEqual(b.Predictions);
                    Assert.Equal(tally, call(added, addedTwo, isWeighed ? b.Options(threads, true) : new() { Threads = threads, Accumulate = true }));
                    for (int i = 0; i < n; i++)
                    {
                        plain[i] += b.Variances[i];
                        if (writesSecond) plainTwo[i] += b.Predictions[i];
                    }

                    Close.Same<T>(plain, added, "first");
                    Close.Same<T>(plainTwo, addedTwo, "second");
                }
            }
        }
    }

    /// <summary>Without a mean nothing is added, not even what 0 times an infinite derivative would be.</summary>
    [Fact]
    public void AGradientWithoutAMeanAddsNothing()
    {
        float[] y = [float.NaN, float.PositiveInfinity, 3], t = [1, 1, 1], gradient = [-0f, 5, float.NaN], curvature = [1, 2, 3];
        Assert.Equal(default, Loss.EvaluateWithCurvature(new SquaredError(), y, t, gradient, curvature, new() { Weights = new float[3], Accumulate = true }));
        Assert.Equal([-0f, 5, float.NaN, 1, 2, 3], gradient.Concat(curvature));
        Assert.True(float.IsNegative(gradient[0]));
        float[] w = [1, -1, 0];
        Loss.Gradient(new SquaredError(), y, t, curvature, new() { Weights = w, Accumulate = true });
        Assert.Equal([1, 2, 3], curvature);
        Loss.Gradient(new SquaredError(), y, t, curvature, new() { Weights = w });
        Assert.Equal([0, 0, 0], curvature);
        float[] counted = [1, 1, 1];
        Loss.Gradient(new SquaredError(), y, t, counted, new() { Mask = [false, false, true], Accumulate = true });
        Assert.Equal([1, 1, 5], counted);
    }

    [Theory]
    [InlineData(1 << 18)]
    [InlineData(300_001)]
    [InlineData((1 << 20) + 5)]
    public void ThreadsGiveTheSameBits(int n)
    {
        SameBits<float>(n);
        SameBits<double>(n);
    }

    private static void SameBits<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Batch<T> b = new(n);
        foreach (bool isWeighed in (bool[])[false, true])
        {
            Same((one, two, options) => Loss.Evaluate<Huber, T>(new(0.5), b.Predictions, b.Targets, options));
            Same((one, two, options) => Loss.EvaluateWithGradient<Huber, T>(new(0.5), b.Predictions, b.Targets, one, options));
            Same((one, two, options) => { Loss.Gradient<LogCosh, T>(new(), b.Predictions, b.Targets, one, options); return default; });
            Same((one, two, options) => Loss.PerElement<LogCosh, T>(new(), b.Predictions, b.Targets, one, options));
            Same((one, two, options) => Loss.EvaluateWithCurvature<SquaredError, T>(new(), b.Predictions, b.Targets, one, two, options));
            Same((one, two, options) => Loss.EvaluateWithGradient<SoftMargin, T>(new PairwiseRanking<SoftMargin>(), b.Predictions, b.Targets, b.Variances, one, two, options));
            Same((one, two, options) => Loss.EvaluateWithGradient<T>(new HeteroscedasticGaussianNll(), b.Predictions, b.Targets, b.Variances, one, two, options));
            Same((one, two, options) =>
            {
                b.Predictions.CopyTo(one);
                return Loss.EvaluateWithGradient<Huber, T>(new(0.5), one, b.Targets, one, options);
            });
            Same((one, two, options) =>
            {
                // The sum of the floats overflows, and is summed again in double before the predictions are written over.
                one.Fill(T.CreateTruncating(3e38));
                return Loss.PerElement<AbsoluteError, T>(new(), one, b.Targets, one, options);
            });

            void Same(Call<T> call)
            {
                T[] expected = new T[n], expectedTwo = new T[n], actual = new T[n], actualTwo = new T[n];
                LossTally tally = call(expected, expectedTwo, isWeighed ? b.Options(1, false) : default);
                foreach (int threads in (int[])[0, 2, 3, 7, -1])
                {
                    Assert.Equal(tally, call(actual, actualTwo, isWeighed ? b.Options(threads, false) : new() { Threads = threads }));
                    Close.Same<T>(expected, actual, $"first on {threads} threads");
                    Close.Same<T>(expectedTwo, actualTwo, $"second on {threads} threads");
                }
            }
        }
    }

    [Fact]
    public void WhatACallAllocatesDoesNotGrowWithTheData()
    {
        float[] y = new float[1 << 22], t = new float[y.Length], w = new float[y.Length], g = new float[y.Length];
        bool[] mask = new bool[y.Length];
        mask.AsSpan().Fill(true);
        w.AsSpan().Fill(2);
        Assert.Equal(0, Comparison.Allocated(() => Call(1 << 19, 1)));
        Assert.InRange(Bytes(1 << 19), 0, 1024);
        Assert.InRange(Bytes(1 << 22), 0, 1024);

        long Bytes(int n)
        {
            long best = long.MaxValue;
            for (int i = 0; i < 20; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Call(n, 2);
                best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            return best;
        }

        void Call(int n, int threads) => Loss.EvaluateWithGradient<Huber, float>(
            new(),
            y.AsSpan(0, n),
            t.AsSpan(0, n),
            g.AsSpan(0, n),
            new() { Weights = w.AsSpan(0, n), Mask = mask.AsSpan(0, n), Accumulate = true, Threads = threads });
    }

    private static void Refused(string message, Action call) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);

    private sealed class Batch<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly T[] _weights;
        private readonly bool[] _mask;

        public Batch(int n)
        {
            Random random = new(n);
            Predictions = Numbers(10, -5);
            Targets = Numbers(10, -5);
            Variances = Numbers(2, 0.1);
            _weights = Numbers(3, -0.5);
            _mask = [.. Enumerable.Range(0, n).Select(i => i % 7 != 3)];

            T[] Numbers(double range, double least) =>
                [.. Enumerable.Range(0, n).Select(_ => T.CreateTruncating((random.NextDouble() * range) + least))];
        }

        public T[] Predictions { get; }

        public T[] Targets { get; }

        public T[] Variances { get; }

        public LossOptions<T> Options(int threads, bool accumulate) =>
            new() { Weights = _weights, Mask = _mask, Denominator = 12.5, Threads = threads, Accumulate = accumulate };
    }
}
