using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Metrics;

public class AccuracyTests
{
    [Property(Arbitrary = [typeof(Generators)], MaxTest = 300)]
    public void Is_the_share_of_rows_whose_first_largest_score_stands_at_the_label(Batch batch)
    {
        Check<float>(batch);
        Check<double>(batch);
    }

    /// <summary>Every length around the vectors, the largest at every place, at the border of a page that may not be touched.</summary>
    [Fact]
    public void Finds_the_largest_wherever_it_stands()
    {
        using var memory = new GuardedMemory(70 * 8);
        foreach (int count in (int[])[1, 2, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 64, 65])
        {
            Place<float>(memory, count);
            Place<double>(memory, count);
        }
    }

    [Fact]
    public void Of_equal_scores_the_lowest_class_wins()
    {
        Assert.Equal([1, 0, 1, 2], Predict([0, 3, 3, 2, 2, 2, -1, -0f, 0, -2, -1, 0]));
        float[] wide = new float[100];
        wide[40] = wide[90] = 5;
        int[] prediction = new int[1];
        Accuracy.Predict<float>(wide, 100, prediction);
        Assert.Equal([40], prediction);
    }

    [Fact]
    public void Infinities_are_scores_and_NaN_is_none()
    {
        float inf = float.PositiveInfinity;
        Assert.Equal([0, 1, -1, -1], Predict([-inf, -inf, -inf, 5, inf, inf, 1, float.NaN, 2, float.NaN, inf, inf]));
        Assert.Equal(new AccuracyTally(1, 2), Accuracy.Evaluate<float>([1, float.NaN, 1, 2], 2, [0, 1]));
    }

    [Fact]
    public void Tallies_add_to_the_tally_of_all()
    {
        float[] scores = [1, 2, 3, 1, 0, 5];
        AccuracyTally whole = Accuracy.Evaluate<float>(scores, 2, [1, 1, 1]);
        AccuracyTally parts = Accuracy.Evaluate<float>(scores.AsSpan(0, 2), 2, [1]) + Accuracy.Evaluate<float>(scores.AsSpan(2), 2, [1, 1]);
        Assert.Equal(new AccuracyTally(2, 3), whole);
        Assert.Equal(whole, parts);
        Assert.Equal(2.0 / 3, whole.Value);
        Assert.True(double.IsNaN(Accuracy.Evaluate<float>([], 2, []).Value));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Accuracy.Evaluate<float>([1, 2, 3], 2, [0]));
        Assert.Throws<ArgumentException>(() => Accuracy.Evaluate<float>([1, 2], 2, [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Accuracy.Evaluate<float>([1, 2], 0, [0]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Accuracy.Evaluate<float>([1, 2], 2, [2]));
        Assert.Contains("labels[0] is 2", error.Message, StringComparison.Ordinal);
        int[] predictions = [7];
        Assert.Throws<ArgumentException>(() => Accuracy.Predict<float>([1, 2, 3, 4], 2, predictions));
        Assert.Equal([7], predictions);
    }

    [Fact]
    public void Allocates_nothing()
    {
        float[] scores = new float[1000];
        int[] labels = new int[100];
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            Accuracy.Evaluate<float>(scores, 10, labels);
            Accuracy.Predict<float>(scores, 10, labels);
        }));
    }

    private static void Check<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] scores = batch.As<T>();
        int[] expected = new int[batch.Rows], predicted = new int[batch.Rows];
        for (int row = 0; row < batch.Rows; row++)
        {
            for (int c = 1; c < batch.ClassCount; c++)
            {
                if (scores[(row * batch.ClassCount) + c] > scores[(row * batch.ClassCount) + expected[row]]) expected[row] = c;
            }
        }

        Accuracy.Predict<T>(scores, batch.ClassCount, predicted);
        Assert.Equal(expected, predicted);
        int correct = expected.Zip(batch.Labels, (e, l) => e == l ? 1 : 0).Sum();
        Assert.Equal(new AccuracyTally(correct, batch.Rows), Accuracy.Evaluate<T>(scores, batch.ClassCount, batch.Labels));
    }

    private static void Place<T>(GuardedMemory memory, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] prediction = new int[1];
        for (int place = 0; place < count; place++)
        {
            foreach (bool end in (bool[])[true, false])
            {
                Span<T> row = end ? memory.AtEnd<T>(count) : memory.AtStart<T>(count);
                row.Fill(-T.One);
                row[place] = -T.CreateTruncating(0.5);
                Accuracy.Predict<T>(row, count, prediction);
                Assert.Equal(place, prediction[0]);
            }
        }
    }

    private static int[] Predict(float[] scores)
    {
        int[] predictions = new int[scores.Length / 3];
        Accuracy.Predict<float>(scores, 3, predictions);
        return predictions;
    }
}
