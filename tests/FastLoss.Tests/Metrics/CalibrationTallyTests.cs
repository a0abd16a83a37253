using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Metrics;

public class CalibrationTallyTests
{
    /// <summary>Two bins: (0.6 and 0.8, one right) and 1, right: (2 |0.5 - 0.7| + |1 - 1|) / 3.</summary>
    [Fact]
    public void Literal_values()
    {
        CalibrationTally tally = new(4);
        tally.Add<double>([0.55, 0.45, 0.65, 0.35, 0, 1], 2, [0, 1, 1]);
        Assert.Equal((1.0 / 3 * 0) + (2 / 3.0 * 0.1), tally.ExpectedError, 1e-12);
        Assert.Equal(0.1, tally.MaximumError, 1e-12);
        Assert.Equal(new(2, 1, 0.6), tally[2], (a, b) => a.Count == b.Count && a.Correct == b.Correct && Math.Abs(a.MeanConfidence - b.MeanConfidence) < 1e-15);
        Assert.Equal((1, 1.0), (tally[3].Count, tally[3].MeanConfidence));
        Assert.Equal(0.5, tally[2].Accuracy);
        Assert.Equal(3, tally.Count);
    }

    /// <summary>A bin holds its upper border and not its lower one.</summary>
    [Fact]
    public void Borders_of_bins()
    {
        CalibrationTally tally = new(4);
        tally.Add<double>([0, 0.25, 0.5, Math.BitIncrement(0.5), 1], [true, true, true, true, true]);
        Assert.Equal([2, 1, 1, 1], Enumerable.Range(0, 4).Select(b => tally[b].Count));
        CalibrationTally rounded = new(3);
        rounded.Add<float>([1.0000001f, 1], [true, true]);
        Assert.Equal(0, rounded.ExpectedError);
    }

    /// <summary>The edge is k / M rounded to the type, and belongs to the bin below: .2 and .15 of 5 bins are in the first, .25 in the second.</summary>
    [Fact]
    public void A_confidence_at_an_edge_is_in_the_lower_bin_of_either_type()
    {
        CalibrationTally wide = new(5), narrow = new(5);
        wide.Add<double>([.2, .15, .25], [true, false, false]);
        narrow.Add<float>([.2f, .15f, .25f], [true, false, false]);
        Assert.Equal(0.3, wide.ExpectedError, 1e-15);
        Assert.Equal(0.3, narrow.ExpectedError, 1e-7);
        for (int bins = 1; bins <= 100; bins++)
        {
            for (int k = 0; k < bins; k++)
            {
                CalibrationTally d = new(bins), f = new(bins);
                d.Add<double>([(k + 1.0) / bins, k == 0 ? 0 : Math.BitIncrement((double)k / bins)], [true, true]);
                f.Add<float>([(k + 1f) / bins, k == 0 ? 0 : MathF.BitIncrement((float)k / bins)], [true, true]);
                Assert.Equal((2, 2), (d[k].Count, f[k].Count));
            }
        }
    }

    [Property(Arbitrary = [typeof(Generators)], MaxTest = 100)]
    public void Is_the_definition_and_merges_exactly(Batch batch)
    {
        float[] p = new float[batch.Logits.Length];
        float[] logits = batch.As<float>();
        for (int i = 0; i < logits.Length; i++) logits[i] = float.IsFinite(logits[i]) ? logits[i] : -1;
        Softmax.Compute<float>(logits, batch.ClassCount, p);
        double expected = 0;
        int[] predictions = new int[batch.Rows];
        Accuracy.Predict<float>(p, batch.ClassCount, predictions);
        double[] confidences = [.. predictions.Select((c, r) => (double)p[(r * batch.ClassCount) + c])];
        for (int bin = 0; bin < 15; bin++)
        {
            // An edge is k / 15 rounded to float, and belongs to the bin below: 15 equal logits have their 1/15 in the first.
            double low = bin == 0 ? double.NegativeInfinity : bin / 15f, high = bin == 14 ? double.PositiveInfinity : (bin + 1) / 15f;
            int[] rows = [.. Enumerable.Range(0, batch.Rows).Where(r => confidences[r] > low && confidences[r] <= high)];
            expected += Math.Abs(rows.Count(r => predictions[r] == batch.Labels[r]) - rows.Sum(r => Math.Min(1, confidences[r])));
        }

        CalibrationTally whole = new(), first = new(), second = new();
        whole.Add<float>(p, batch.ClassCount, batch.Labels);
        if (batch.Rows == 0) Assert.True(double.IsNaN(whole.ExpectedError) && double.IsNaN(whole.MaximumError));
        else Assert.Equal(expected / batch.Rows, whole.ExpectedError, 1e-12);
        int split = batch.Rows / 3;
        second.Add<float>(p.AsSpan(split * batch.ClassCount), batch.ClassCount, batch.Labels.AsSpan(split));
        first.Add<float>(p.AsSpan(0, split * batch.ClassCount), batch.ClassCount, batch.Labels.AsSpan(0, split));
        CalibrationTally merged = second + first;
        Assert.Equal(whole.ExpectedError, merged.ExpectedError);
        Assert.Equal(whole.MaximumError, merged.MaximumError);
        for (int b = 0; b < 15; b++) Assert.Equal(whole[b], merged[b]);
    }

    [Fact]
    public void A_row_with_NaN_has_no_confidence()
    {
        CalibrationTally tally = new(2);
        tally.Add<float>([float.NaN, 0.5f, 0.25f, 0.75f], 2, [0, 1]);
        Assert.Equal((1, 1), (tally.Count, tally.Undefined));
        Assert.True(double.IsNaN(tally.ExpectedError) && double.IsNaN(tally.MaximumError));
        Assert.Equal(new(1, 1, 0.75), tally[1]);
        tally.Clear();
        Assert.Equal((0, 0), (tally.Count, tally.Undefined));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_counts_nothing()
    {
        CalibrationTally tally = new(2);
        Says("probabilities[3] is 3; it must be 0 to 1", () => tally.Add<float>([0.5f, 0.5f, 1, 3], 2, [0, 1]));
        Says("confidences[1] is -0.5", () => tally.Add<float>([0.5f, -0.5f], [true, true]));
        Says("labels[0] is 2", () => tally.Add<float>([0.5f, 0.5f], 2, [2]));
        Says("confidences has 1 elements and isCorrect has 2", () => tally.Add<float>([0.5f], [true, true]));
        Says("other has 3 bins and this has 2", () => tally.Add(new CalibrationTally(3)));
        Says("binCount is 0", () => _ = new CalibrationTally(0));
        Says("bin is 2", () => _ = tally[2]);
        Assert.Equal(0, tally.Count);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adding_rows_allocates_nothing()
    {
        CalibrationTally tally = new(), other = new();
        float[] p = new float[10_000];
        int[] labels = new int[1000];
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            tally.Add<float>(p, 10, labels);
            tally.Add(other);
        }));
        Assert.True(tally.ExpectedError >= 0);
    }
}
