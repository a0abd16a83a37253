using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Metrics;

/// <summary>Top-k accuracy and ranks of labels.</summary>
public class RankTests
{
    [Property(Arbitrary = [typeof(Generators)], MaxTest = 200)]
    public void Ranks_are_places_in_the_sorted_row(Batch batch)
    {
        Check<float>(batch);
        Check<double>(batch);
    }

    private static void Check<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] scores = batch.As<T>();
        int[] expected = new int[batch.Rows], ranks = new int[batch.Rows];
        for (int r = 0; r < batch.Rows; r++)
        {
            T[] row = scores[(r * batch.ClassCount)..((r + 1) * batch.ClassCount)];
            int[] order = [.. Enumerable.Range(0, row.Length).OrderByDescending(c => row[c])]; // stable: the lower class first
            expected[r] = 1 + Array.IndexOf(order, batch.Labels[r]);
        }

        LabelRank.PerRow<T>(scores, batch.ClassCount, batch.Labels, ranks);
        Assert.Equal(expected, ranks);
        RankTally tally = LabelRank.Evaluate<T>(scores, batch.ClassCount, batch.Labels);
        Assert.Equal(batch.Rows, tally.Count);
        if (batch.Rows > 0)
        {
            Assert.Equal(expected.Average(), tally.MeanRank, 1e-12 * batch.ClassCount);
            Assert.Equal(expected.Average(r => 1.0 / r), tally.MeanReciprocalRank, 1e-15);
        }

        foreach (int k in new[] { 1, (batch.ClassCount + 1) / 2, batch.ClassCount })
        {
            AccuracyTally top = TopKAccuracy.Evaluate<T>(scores, batch.ClassCount, batch.Labels, k);
            Assert.Equal(new(expected.Count(r => r <= k), batch.Rows), top);
        }

        Assert.Equal(Accuracy.Evaluate<T>(scores, batch.ClassCount, batch.Labels), TopKAccuracy.Evaluate<T>(scores, batch.ClassCount, batch.Labels, 1));
        for (int split = 0; split <= batch.Rows; split += Math.Max(1, batch.Rows / 4))
        {
            int at = split * batch.ClassCount;
            Assert.Equal(tally, LabelRank.Evaluate<T>(scores.AsSpan(at), batch.ClassCount, batch.Labels.AsSpan(split))
                + LabelRank.Evaluate<T>(scores.AsSpan(0, at), batch.ClassCount, batch.Labels.AsSpan(0, split)));
        }
    }

    [Fact]
    public void Of_equal_scores_the_lower_class_stands_first()
    {
        int[] ranks = new int[4];
        LabelRank.PerRow<float>([1, 1, 1, 1, 1, 1, 0, 2, 2, -0f, 0, -1], 3, [0, 2, 2, 1], ranks);
        Assert.Equal([1, 3, 2, 2], ranks);
        Assert.Equal(1, TopKAccuracy.Evaluate<float>([3, 3, 3, 3], 4, [1], 2).Correct);
        Assert.Equal(0, TopKAccuracy.Evaluate<float>([3, 3, 3, 3], 4, [2], 2).Correct);
    }

    /// <summary>Against all orders of the equal scores, counted one by one.</summary>
    [Property(Arbitrary = [typeof(Generators)], MaxTest = 100)]
    public void Ties_stand_where_they_are_told_to(Batch batch)
    {
        Place<float>(batch);
        Place<double>(batch);
    }

    private static void Place<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Few different scores, so that most rows have ties.
        double[] logits = Array.ConvertAll(batch.Logits, v => double.IsFinite(v) ? Math.Round(v / 8) : v);
        T[] scores = Array.ConvertAll(logits, T.CreateTruncating);
        double[] ranks = new double[batch.Rows];
        foreach (Ties ties in (Ties[])[Ties.First, Ties.Last, Ties.Expected])
        {
            double[][] places = new double[batch.Rows][];
            for (int r = 0; r < batch.Rows; r++)
            {
                double[] row = logits[(r * batch.ClassCount)..((r + 1) * batch.ClassCount)];
                int above = row.Count(v => v > row[batch.Labels[r]]), equal = row.Count(v => v == row[batch.Labels[r]]);
                places[r] = ties == Ties.First ? [above + 1] : ties == Ties.Last ? [above + equal] : [.. Enumerable.Range(above + 1, equal).Select(p => (double)p)];
            }

            LabelRank.PerRow<T>(scores, batch.ClassCount, batch.Labels, ranks, ties);
            Assert.Equal(places.Select(p => p.Average()), ranks);
            RankTally tally = LabelRank.Evaluate<T>(scores, batch.ClassCount, batch.Labels, ties);
            foreach (int k in new[] { 1, (batch.ClassCount + 1) / 2, batch.ClassCount })
            {
                AccuracyTally top = TopKAccuracy.Evaluate<T>(scores, batch.ClassCount, batch.Labels, k, ties);
                Assert.Equal(batch.Rows, top.Count);
                Assert.Equal(places.Sum(p => p.Count(place => place <= k) / (double)p.Length), top.Correct, 1e-12 * batch.Rows);
                if (k == 1) Assert.Equal(top, Accuracy.Evaluate<T>(scores, batch.ClassCount, batch.Labels, ties));
                int half = batch.Rows / 2, at = half * batch.ClassCount;
                Assert.Equal(top, TopKAccuracy.Evaluate<T>(scores.AsSpan(at), batch.ClassCount, batch.Labels.AsSpan(half), k, ties)
                    + TopKAccuracy.Evaluate<T>(scores.AsSpan(0, at), batch.ClassCount, batch.Labels.AsSpan(0, half), k, ties));
            }

            if (batch.Rows == 0) continue;
            Assert.Equal(ranks.Average(), tally.MeanRank, 1e-12 * batch.ClassCount);
            Assert.Equal(places.Average(p => p.Average(place => 1 / place)), tally.MeanReciprocalRank, 1e-14);
        }
    }

    [Fact]
    public void A_model_that_scores_all_alike_does_as_the_ties_say()
    {
        float[] scores = new float[300 * 3];
        int[] labels = [.. Enumerable.Range(0, 300).Select(r => r % 3)];
        Assert.Equal(1, Accuracy.Evaluate<float>(scores, 3, labels, Ties.First).Value);
        Assert.Equal(0, Accuracy.Evaluate<float>(scores, 3, labels, Ties.Last).Value);
        Assert.Equal(100, Accuracy.Evaluate<float>(scores, 3, labels, Ties.Expected).Correct);
        Assert.Equal(200, TopKAccuracy.Evaluate<float>(scores, 3, labels, 2, Ties.Expected).Correct);
        Assert.Equal(100, Accuracy.Evaluate<float>(scores, 3, labels).Correct);
        Assert.Equal(2, LabelRank.Evaluate<float>(scores, 3, labels, Ties.Expected).MeanRank);
        scores[1] = float.NaN;
        Assert.Equal(new(299, 300), Accuracy.Evaluate<float>(scores, 3, labels, Ties.First));
        double[] ranks = new double[300];
        LabelRank.PerRow<float>(scores, 3, labels, ranks, Ties.Last);
        Assert.Equal([0, 3], ranks[..2]);
        Assert.Equal(0, Comparison.Allocated(() => LabelRank.PerRow<float>(scores, 3, labels, ranks, Ties.Expected)));
        Assert.Equal(0, Comparison.Allocated(() => TopKAccuracy.Evaluate<float>(scores, 3, labels, 2, Ties.Expected)));
        Assert.Contains("ties is 9; it must be one of ByClass, First", Assert.ThrowsAny<ArgumentException>(() => Accuracy.Evaluate<float>(scores, 3, labels, (Ties)9)).Message, StringComparison.Ordinal);
        Assert.Contains("ranks by class are ints", Assert.ThrowsAny<ArgumentException>(() => LabelRank.PerRow<float>(scores, 3, labels, ranks, Ties.ByClass)).Message, StringComparison.Ordinal);
        Assert.Contains("count is 1", Assert.ThrowsAny<ArgumentException>(() => new AccuracyTally(2, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_with_NaN_has_no_order()
    {
        float[] scores = [1, float.NaN, 0, float.NaN, 1, 2, 3, 2, 1];
        int[] ranks = new int[3];
        LabelRank.PerRow<float>(scores, 3, [0, 0, 0], ranks);
        Assert.Equal([0, 0, 1], ranks);
        Assert.Equal(new(1, 3), TopKAccuracy.Evaluate<float>(scores, 3, [0, 0, 0], 3));
        RankTally tally = LabelRank.Evaluate<float>(scores, 3, [0, 0, 0]);
        Assert.Equal((3 + 3 + 1) / 3.0, tally.MeanRank);
        Assert.Equal(((1 / 3.0) + (1 / 3.0) + 1) / 3, tally.MeanReciprocalRank, 1e-15);
        Assert.True(double.IsNaN(default(RankTally).MeanRank) && double.IsNaN(default(RankTally).MeanReciprocalRank));
        double[] wide = new double[40];
        wide[39] = double.NaN;
        LabelRank.PerRow<double>(wide, 40, [3], ranks.AsSpan(0, 1));
        Assert.Equal(0, ranks[0]);
    }

    [Fact]
    public void Nothing_past_a_row_is_read()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        using GuardedMemory memory = new(4096);
        int[] rank = new int[1];
        for (int n = 1; n <= 70; n++)
        {
            Span<float> row = memory.AtEnd<float>(n);
            row.Clear();
            for (int label = 0; label < n; label++)
            {
                LabelRank.PerRow<float>(row, n, [label], rank);
                Assert.Equal(label + 1, rank[0]);
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Says("k is 0; it must be 1 to the number of classes, 2", () => TopKAccuracy.Evaluate<float>([1, 2], 2, [0], 0));
        Says("k is 3", () => TopKAccuracy.Evaluate<float>([1, 2], 2, [0], 3));
        Says("labels[0] is 2", () => LabelRank.Evaluate<float>([1, 2], 2, [2]));
        Says("labels has 2", () => TopKAccuracy.Evaluate<float>([1, 2], 2, [0, 1], 1));
        Says("rank is 0", () => RankTally.Of(0));
        int[] ranks = [7, 7];
        Says("ranks has 2", () => LabelRank.PerRow<float>([1, 2], 2, [0], ranks));
        Assert.Equal([7, 7], ranks);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Allocates_nothing()
    {
        float[] scores = new float[1000];
        int[] labels = new int[100], ranks = new int[100];
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            LabelRank.Evaluate<float>(scores, 10, labels);
            LabelRank.PerRow<float>(scores, 10, labels, ranks);
            TopKAccuracy.Evaluate<float>(scores, 10, labels, 3);
        }));
    }
}
