using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Metrics;

/// <summary>Ignored labels, masks, weights and labels of any integer type: a call with options is a call with the rows that count, repeated as they weigh.</summary>
public class MetricOptionTests
{
    [Property(Arbitrary = [typeof(Generators)], MaxTest = 100)]
    public void RowsThatCountAreRepeated(Batch batch, int seed)
    {
        Check<float, short>(batch, seed, short.MinValue);
        Check<double, ulong>(batch, seed, ulong.MaxValue);
    }

    private static void Check<T, TLabel>(Batch batch, int seed, TLabel ignored)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        int n = batch.ClassCount;
        T[] scores = batch.As<T>();
        Random random = new(seed);
        TLabel[] labels = Array.ConvertAll(batch.Labels, TLabel.CreateChecked);
        long[] weights = [.. labels.Select(_ => (long)random.Next(4))];
        bool[] mask = [.. labels.Select(_ => random.Next(3) > 0)];
        List<T> repeated = [];
        List<int> of = [];
        for (int r = 0; r < labels.Length; r++)
        {
            // What does not count may hold anything: NaN, labels that are no class.
            bool isIgnored = random.Next(4) == 0;
            for (long i = 0; i < (mask[r] && !isIgnored ? weights[r] : 0); i++)
            {
                repeated.AddRange(scores[(r * n)..((r + 1) * n)]);
                of.Add(batch.Labels[r]);
            }

            if (isIgnored || !mask[r] || weights[r] == 0) scores.AsSpan(r * n, n).Fill(T.NaN);
            if (isIgnored) labels[r] = ignored;
            else if (!mask[r] || weights[r] == 0) labels[r] = TLabel.CreateTruncating(n + 1);
        }

        T[] rows = [.. repeated];
        int[] classes = [.. of];
        MetricOptions options = new() { Weights = weights, Mask = mask, IgnoreLabel = Int128.CreateChecked(ignored) };
        foreach (Ties ties in Enum.GetValues<Ties>())
        {
            Assert.Equal(Accuracy.Evaluate<T>(rows, n, classes, ties), Accuracy.Evaluate<T, TLabel>(scores, n, labels, options, ties));
            Assert.Equal(TopKAccuracy.Evaluate<T>(rows, n, classes, (n + 1) / 2, ties), TopKAccuracy.Evaluate<T, TLabel>(scores, n, labels, (n + 1) / 2, options, ties));
            Assert.Equal(LabelRank.Evaluate<T>(rows, n, classes, ties), LabelRank.Evaluate<T, TLabel>(scores, n, labels, options, ties));
        }

        Matrices<T, TLabel>((rows, classes), n, scores, labels, options);
        Calibrations<T, TLabel>((rows, classes), n, scores, labels, options);
    }

    private static void Matrices<T, TLabel>((T[] Rows, int[] Labels) counted, int n, T[] scores, TLabel[] labels, MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (n > 200) return;
        int[] predictions = new int[labels.Length];
        Accuracy.Predict<T>(scores, n, predictions);
        for (int r = 0; r < predictions.Length; r++) predictions[r] = predictions[r] < 0 ? 1_000_000 : predictions[r]; // of rows that do not count
        ConfusionMatrix expected = new(n), byScores = new(n), byPredictions = new(n);
        expected.AddScores<T>(counted.Rows, counted.Labels);
        byScores.AddScores<T, TLabel>(scores, labels, options);
        byPredictions.Add<TLabel>(predictions, labels, options);
        Assert.Equal(expected.Counts, byScores.Counts);
        Assert.Equal(expected.Unpredicted, byScores.Unpredicted);
        Assert.Equal(expected.Counts, byPredictions.Counts);
    }

    private static void Calibrations<T, TLabel>((T[] Rows, int[] Labels) counted, int n, T[] scores, TLabel[] labels, MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        T[] rows = [.. counted.Rows.Select(Share)], all = [.. scores.Select(Share)];
        CalibrationTally expected = new(7), tally = new(7);
        expected.Add<T>(rows, n, counted.Labels);
        tally.Add<T, TLabel>(all, n, labels, options);
        for (int b = 0; b < 7; b++) Assert.Equal(expected[b], tally[b]);
        Assert.Equal((expected.Undefined, expected.ExpectedError), (tally.Undefined, tally.ExpectedError));

        static T Share(T logit) => T.IsNaN(logit) ? logit : T.IsInfinity(logit) ? T.Zero : T.Abs(logit) / (T.One + T.Abs(logit));
    }

    [Fact]
    public void LiteralValues()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add<byte>([0, 1, 0, 0, 9], [0, 1, 1, 1, 255], new() { Weights = [1, 2, 5, 2, 3], IgnoreLabel = 255 });
        Assert.Equal([1, 0, 7, 2], matrix.Counts);
        matrix.Add<int>([1, -1], [0, 1], new() { Mask = [false, true] });
        Assert.Equal([1, 0, 7, 2], matrix.Counts);
        Assert.Equal([0, 1], matrix.Unpredicted);
        Assert.Equal(new(1, 2), Accuracy.Evaluate<float, sbyte>([1, 0, 1, 0, 1, 0], 2, [0, -1, 1], new() { IgnoreLabel = -1 }));
        Assert.Equal(0, Accuracy.Evaluate<float, byte>([1, 0], 2, [255], new() { IgnoreLabel = 255 }).Count);
        Assert.True(double.IsNaN(Accuracy.Evaluate<float, byte>([1, 0], 2, [255], new() { IgnoreLabel = 255 }).Value));
        long large = 1L << 61;
        AccuracyTally heavy = Accuracy.Evaluate<float, int>([1, 0, 1, 0], 2, [0, 1], new() { Weights = [large, large - 1] });
        Assert.Equal((large, (2 * large) - 1), ((long)heavy.Correct, heavy.Count));
        RankTally ranks = LabelRank.Evaluate<float, int>([1, 0, 1, 0], 2, [0, 1], new() { Weights = [large, large - 1] });
        Assert.Equal((1.5, 0.75), (ranks.MeanRank, ranks.MeanReciprocalRank));

        // 2^64 is not 0, and 255 of a byte is not -1.
        Assert.Equal(new(1, 1), Accuracy.Evaluate<float, int>([1, 0], 2, [0], new() { IgnoreLabel = (Int128)1 << 64 }));
        Says("labels[0] is 255; with 2 classes", () => Accuracy.Evaluate<float, byte>([1, 0], 2, [255], new() { IgnoreLabel = -1 }));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedAndCountsNothing()
    {
        ConfusionMatrix matrix = new(2);
        CalibrationTally tally = new(2);
        Says("Weights[1] is -1; it must be 0 or more", () => matrix.Add<int>([0, 1], [0, 1], new() { Weights = [1, -1] }));
        Says("Weights has 1 elements; a weight for each row needs 2", () => matrix.Add<int>([0, 1], [0, 1], new() { Weights = [1] }));
        Says("Mask has 3 elements; a mask for each row needs 2", () => matrix.AddScores<float, int>([0, 1, 2, 3], [0, 1], new() { Mask = [true, true, true] }));
        Says("predictions[1] is 2; it must be -1, or a class from 0 to 1", () => matrix.Add<int>([0, 2], [0, 1], default));
        Says("predictions has 1 elements and labels has 2", () => matrix.Add<int>([0], [0, 1], default));
        Says("labels[1] is 2; with 2 classes", () => matrix.Add<long>([0, 0], [0, 2], new() { Mask = [false, true] }));
        Says("labels has 1 elements", () => LabelRank.Evaluate<float, int>([1, 2, 3, 4], 2, [0], default));
        Says("k is 3", () => TopKAccuracy.Evaluate<float, int>([1, 2], 2, [0], 3, default));
        Says("ties is 9", () => Accuracy.Evaluate<float, int>([1, 2], 2, [0], default, (Ties)9));
        Says("probabilities[3] is 3", () => tally.Add<float, int>([0.5f, 0.5f, 1, 3], 2, [0, 1], default));
        tally.Add<float, int>([0.5f, 0.5f, 1, 3], 2, [0, 1], new() { Mask = [true, false] });
        Assert.Equal((0, 1), (matrix.Accuracy.Count, tally.Count));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] scores = [.. Enumerable.Range(0, 5000).Select(i => i * 0.618034f % 1)];
        byte[] labels = [.. Enumerable.Range(0, 500).Select(i => (byte)(i % 7 == 0 ? 255 : i % 10))];
        int[] predictions = new int[500];
        long[] weights = new long[500];
        bool[] mask = new bool[500];
        mask[3] = true;
        ConfusionMatrix matrix = new(10);
        CalibrationTally tally = new();
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            MetricOptions options = new() { Weights = weights, Mask = mask, IgnoreLabel = 255 };
            Accuracy.Evaluate<float, byte>(scores, 10, labels, options);
            TopKAccuracy.Evaluate<float, byte>(scores, 10, labels, 3, options, Ties.Expected);
            LabelRank.Evaluate<float, byte>(scores, 10, labels, options);
            matrix.AddScores<float, byte>(scores, labels, options);
            matrix.Add<byte>(predictions, labels, options);
            tally.Add<float, byte>(scores, 10, labels, options);
        }));
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
