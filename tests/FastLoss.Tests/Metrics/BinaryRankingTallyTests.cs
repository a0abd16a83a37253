using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Xunit;

namespace FastLoss.Tests.Metrics;

/// <summary>Areas under curves that add, the curves, and one class against the rest.</summary>
public class BinaryRankingTallyTests
{
    private static readonly double[] Scores = [.5, .5, .2, .9, .1];
    private static readonly int[] Labels = [0, 1, 0, 1, 1];

    [Fact]
    public void LiteralValues()
    {
        BinaryRankingTally tally = new();
        tally.Add<double>(Scores, Labels);
        Assert.Equal(0.5833333333, tally.Scores.AreaUnderRoc, 1e-10);
        Assert.Equal((1 + (2 / 3.0) + (3 / 5.0)) / 3, tally.Scores.AveragePrecision, 1e-15);
        Assert.Equal((3, 2, 0, 4), (tally.Positives, tally.Negatives, tally.Undefined, tally.ScoreCount));
        tally.Clear();
        Assert.Equal(new(double.NaN, double.NaN, 0, 0), tally.Scores);
        tally.Add<float>([1, 2], [1, 1]);
        Assert.Equal(new(double.NaN, 1, 2, 0), tally.Scores);
        tally.Add<float>([float.NaN], [0]);
        Assert.Equal((new(double.NaN, double.NaN, 2, 1), 1), (tally.Scores, tally.Undefined));
        tally.Clear();
        tally.Add<float>([0f, -0f], [1, 0]);
        tally.Add<double>([0.5], [1]);
        tally.Add<float>([0.5f], [0]);
        Assert.Equal((2, 0.5), (tally.ScoreCount, tally.Scores.AreaUnderRoc));
        tally.Clear();
        tally.Add<float>([float.NegativeInfinity, float.PositiveInfinity, 3], [0, 1, 0]);
        Assert.Equal(new(1, 1, 1, 2), tally.Scores);
    }

    /// <summary>The tally of all rows, of parts in another order, and from bytes: the same bits, which are those of all rows at once.</summary>
    [Property(Arbitrary = [typeof(Generators)], MaxTest = 200)]
    public void AnySplitAndOrderGivesTheSameBits(NonEmptyArray<short> values, int seed)
    {
        Random random = new(seed);
        double[] scores = [.. values.Get.Select(v => v % 32 / 8.0)];
        byte[] labels = [.. values.Get.Select(v => (byte)(v & 1))];
        long[] weights = [.. values.Get.Select(_ => (long)random.Next(4))];
        bool[] mask = [.. values.Get.Select(_ => random.Next(5) > 0)];
        if (random.Next(4) == 0) scores[0] = double.NaN;
        BinaryRankingTally whole = new(), first = new(7), second = new();
        whole.Add<double, byte>(scores, labels, new() { Weights = weights, Mask = mask });
        foreach (int r in Enumerable.Range(0, scores.Length).OrderBy(_ => random.Next()))
        {
            BinaryRankingTally to = random.Next(2) == 0 ? first : second;
            to.Add<double, byte>(scores.AsSpan(r, 1), labels.AsSpan(r, 1), new() { Weights = weights.AsSpan(r, 1), Mask = mask.AsSpan(r, 1) });
        }

        BinaryRankingTally merged = first + second;
        Assert.Equal(whole.ToHex(), merged.ToHex());
        Assert.Equal(whole.Scores, merged.Scores);
        Assert.Equal(whole.Scores, BinaryRankingTally.FromHex(whole.ToHex()).Scores);
        Assert.Equal(whole.Scores, BinaryRanking.Evaluate<double, byte>(scores, labels, new() { Weights = weights, Mask = mask }));
        Definition(scores, labels, [.. weights.Select((w, r) => mask[r] ? w : 0)], whole.Scores);
    }

    /// <summary>Pair by pair, and positive row by positive row.</summary>
    private static void Definition(double[] scores, byte[] labels, long[] times, BinaryRankingScores actual)
    {
        double pairs = 0, right = 0, positives = 0, precisions = 0;
        bool isUndefined = Enumerable.Range(0, scores.Length).Any(r => double.IsNaN(scores[r]) && times[r] > 0);
        for (int p = 0; p < scores.Length; p++)
        {
            if (labels[p] == 0) continue;
            double above = 0, all = 0;
            for (int n = 0; n < scores.Length; n++)
            {
                if (scores[n] >= scores[p]) (above, all) = (above + (labels[n] * times[n]), all + times[n]);
                if (labels[n] == 1) continue;
                pairs += times[p] * times[n];
                right += times[p] * times[n] * (scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0);
            }

            if (times[p] == 0) continue;
            positives += times[p];
            precisions += times[p] * above / all;
        }

        Assert.Equal(isUndefined ? double.NaN : right / pairs, actual.AreaUnderRoc, 1e-12);
        Assert.Equal(isUndefined ? double.NaN : precisions / positives, actual.AveragePrecision, 1e-12);
    }

    [Fact]
    public void ManyScoresInManyParts()
    {
        const int N = 30_000;
        float[] scores = new float[N];
        int[] labels = new int[N];
        for (int i = 0; i < N; i++) (scores[i], labels[i]) = (i * 7919 % N / 2, i * 7919 % N >= N / 2 ? 1 : 0);
        BinaryRankingTally parts = new(), whole = new();
        for (int at = 0; at < N; at += 100) parts.Add<float>(scores.AsSpan(at, 100), labels.AsSpan(at, 100));
        whole.Add<float>(scores, labels);
        Assert.Equal(new(1, 1, N / 2, N / 2), parts.Scores);
        Assert.Equal(N / 2, parts.ScoreCount);
        Assert.Equal(whole.ToHex(), parts.ToHex());
        string before = whole.ToHex();
        BinaryRankingTally twice = whole + parts;
        whole.Add(whole);
        Assert.Equal(twice.ToHex(), whole.ToHex());
        Assert.Equal(before, parts.ToHex());
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            whole.Clear();
            whole.Add<float>(scores, labels);
            _ = whole.Scores;
        }));
        long large = 1L << 60;
        BinaryRankingTally heavy = new();
        heavy.Add<double, int>(Scores, Labels, new() { Weights = [large / 2, large / 2, large / 2, large / 2, large / 2] });
        Assert.Equal(0.5833333333, heavy.Scores.AreaUnderRoc, 1e-10);
    }

    [Fact]
    public void Curves()
    {
        BinaryRankingTally tally = new();
        tally.Add<double>(Scores, Labels);
        int n = tally.PointCount;
        double[] thresholds = new double[n], first = new double[n], second = new double[n];
        tally.RocCurve(thresholds, first, second);
        Assert.Equal([double.PositiveInfinity, .9, .5, .2, .1], thresholds);
        Assert.Equal([0, 0, 0.5, 1, 1], first);
        Assert.Equal([0, 1 / 3.0, 2 / 3.0, 2 / 3.0, 1], second);
        Assert.Equal(tally.Scores.AreaUnderRoc, Enumerable.Range(1, n - 1).Sum(i => (first[i] - first[i - 1]) * (second[i] + second[i - 1]) / 2), 1e-15);
        tally.PrecisionRecallCurve(thresholds, first, second);
        Assert.Equal([double.PositiveInfinity, .9, .5, .2, .1], thresholds);
        Assert.Equal([1, 1, 2 / 3.0, 0.5, 0.6], first);
        Assert.Equal([0, 1 / 3.0, 2 / 3.0, 2 / 3.0, 1], second);
        Assert.Equal(tally.Scores.AveragePrecision, Enumerable.Range(1, n - 1).Sum(i => (second[i] - second[i - 1]) * first[i]), 1e-15);
        Assert.Equal(0, Comparison.Allocated(() => tally.RocCurve(thresholds, first, second)));
        double[] kept = [.. first];
        Says("thresholds has 4 elements", () => tally.RocCurve(thresholds.AsSpan(1), first, second));
        Says("truePositiveRates has 4 elements", () => tally.RocCurve(thresholds, first, second.AsSpan(1)));
        Says("recalls has 4 elements", () => tally.PrecisionRecallCurve(thresholds, first, second.AsSpan(1)));
        Says("precisions overlaps recalls", () => tally.PrecisionRecallCurve(thresholds, first, first));
        Says("thresholds overlaps falsePositiveRates", () => tally.RocCurve(first, first, second));
        Assert.Equal(kept, first);
    }

    [Fact]
    public void CurvesWithoutAClassOrAnOrder()
    {
        BinaryRankingTally tally = new();
        double[] one = new double[1], two = new double[1], three = new double[1];
        tally.RocCurve(one, two, three);
        Assert.Equal((double.PositiveInfinity, double.NaN, double.NaN), (one[0], two[0], three[0]));
        tally.PrecisionRecallCurve(one, two, three);
        Assert.Equal((double.PositiveInfinity, 1, double.NaN), (one[0], two[0], three[0]));
        tally.Add<float>([1, float.NaN], [0, 1]);
        one = new double[2];
        two = new double[2];
        three = new double[2];
        tally.PrecisionRecallCurve(one, two, three);
        Assert.Equal([double.NaN, double.NaN], two);
        Assert.Equal([double.NaN, double.NaN], three);
        Assert.Equal([double.PositiveInfinity, 1], one);
    }

    [Fact]
    public void OneAgainstTheRest()
    {
        double[] scores = [.8, .1, .1, 0, .2, .5, .3, 0, .1, .6, .3, 0, .3, .3, .4, 0];
        OneVsRestScores all = BinaryRanking.OneVsRest<double, int>(scores, 4, [0, 1, 1, 2]);
        BinaryRankingScores[] of = [.. Enumerable.Range(0, 4).Select(c => BinaryRanking.Evaluate<double>(scores, 4, [0, 1, 1, 2], c))];
        Assert.Equal(3, all.ClassCount); // no row is of the last
        Assert.Equal(of.Take(3).Average(s => s.AreaUnderRoc), all.MacroAreaUnderRoc, 1e-15);
        Assert.Equal(of.Take(3).Sum(s => s.Positives * s.AveragePrecision) / 4, all.WeightedAveragePrecision, 1e-15);

        // A class of all rows has precision and no area; NaN in a class that counts is in the mean, in one that does not it is not.
        OneVsRestScores one = BinaryRanking.OneVsRest<double, byte>([1, double.NaN, 2, 0], 2, [0, 0]);
        Assert.Equal(new(double.NaN, double.NaN, 1, 1, 1), one);
        Assert.True(double.IsNaN(BinaryRanking.OneVsRest<double, byte>([1, double.NaN, 2, 0], 2, [0, 1]).MacroAreaUnderRoc));
        Assert.Equal(new(double.NaN, double.NaN, double.NaN, double.NaN, 0), BinaryRanking.OneVsRest<double, byte>([], 2, []));
        Assert.Equal(one, BinaryRanking.OneVsRest<double, byte>([1, double.NaN, 2, 0, double.NaN, 9], 2, [0, 0, 255], new() { IgnoreLabel = 255 }));
        Says("labels[1] is 4", () => BinaryRanking.OneVsRest<double, int>(scores, 4, [0, 4, 1, 2]));
        Says("labels has 3", () => BinaryRanking.OneVsRest<double, int>(scores, 4, [0, 1, 2]));
    }

    [Fact]
    public void BytesAreChecked()
    {
        BinaryRankingTally tally = new();
        tally.Add<double>(Scores, Labels);
        tally.Add<double>([double.NaN], [1]);
        byte[] bytes = new byte[tally.SerializedLength];
        tally.Write(bytes);
        Assert.Equal(32 + (4 * 24), bytes.Length);
        BinaryRankingTally read = BinaryRankingTally.Read(bytes);
        Assert.Equal((4, 2, 1, tally.ToHex()), (read.Positives, read.Negatives, read.Undefined, read.ToHex()));
        Assert.Equal(new BinaryRankingTally().ToHex(), BinaryRankingTally.FromHex(new BinaryRankingTally().ToHex()).ToHex());
        Says("needs 128", () => tally.Write(new byte[127]));
        Bad(b => b[0] = 0, "begin with");
        Bad(b => b[8] = 3, "A tally of 3 scores");
        Bad(b => b.AsSpan(32, 8).Fill(0xFF), "no tally's"); // a NaN
        Bad(b => b.AsSpan(32, 24).CopyTo(b.AsSpan(56)), "no tally's"); // not in order
        Bad(b => b.AsSpan(40, 16).Clear(), "no tally's"); // a score of no row
        Bad(b => b[47] = 0x80, "no tally's");
        Bad(b => b[23] = 0x80, "no tally's");
        Assert.Contains("at least 32 bytes, not 3", Assert.Throws<FormatException>(() => BinaryRankingTally.Read([1, 2, 3])).Message, StringComparison.Ordinal);

        void Bad(Action<byte[]> change, string message)
        {
            byte[] copy = [.. bytes];
            change(copy);
            Assert.Contains(message, Assert.Throws<FormatException>(() => BinaryRankingTally.Read(copy)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedAndCountsNothing()
    {
        BinaryRankingTally tally = new();
        Says("labels[1] is 2; with 2 classes", () => tally.Add<float>([1, 2], [0, 2]));
        Says("must be equal", () => tally.Add<float>([1, 2], [0]));
        Says("positive is 3", () => tally.Add<float, int>([1, 2, 3], 3, [0], 3));
        Says("Weights[0] is -1", () => tally.Add<float, int>([1, 2], [0, 1], new() { Weights = [-1, 1] }));
        Says("capacity is -1", () => _ = new BinaryRankingTally(-1));
        Assert.Throws<ArgumentNullException>(() => tally.Add(null!));
        Assert.Equal((0, 0), (tally.Positives + tally.Negatives, tally.ScoreCount));
    }

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
