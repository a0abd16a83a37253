using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Metrics;

public class ConfusionMatrixTests
{
    private static readonly int[] Labels = [0, 1, 2, 0, 1, 2], Predictions = [0, 2, 1, 0, 0, 1];

    /// <summary>The example of scikit-learn's precision_recall_fscore_support.</summary>
    [Fact]
    public void Averages_are_those_of_scikit_learn()
    {
        ConfusionMatrix matrix = new(3);
        matrix.Add(Predictions, Labels);
        Assert.Equal([2, 0, 0, 1, 0, 1, 0, 2, 0], matrix.Counts);
        Is(2 / 9.0, 1 / 3.0, 4 / 15.0, 6, matrix.Macro());
        Is(1 / 3.0, 1 / 3.0, 1 / 3.0, 6, matrix.Micro());
        Is(2 / 9.0, 1 / 3.0, 4 / 15.0, 6, matrix.Weighted());
        Is(2 / 3.0, 1, 0.8, 2, matrix.OfClass(0));
        Is(0, 0, 0, 2, matrix.OfClass(1));
        Assert.Equal(new(2, 6), matrix.Accuracy);
        Assert.Equal(1, matrix[1, 2]);
    }

    [Fact]
    public void Weights_are_supports()
    {
        ConfusionMatrix matrix = new(2);
        matrix.Add([0, 0, 0, 1], [0, 0, 1, 1]);
        Is(((2 * 2 / 3.0) + (2 * 1)) / 4, 0.75, ((2 * 0.8) + (2 * 2 / 3.0)) / 4, 4, matrix.Weighted());
        matrix.Add([1, 1], [1, 1]);
        Is(((2 * 2 / 3.0) + (4 * 1)) / 6, 5 / 6.0, ((2 * 0.8) + (4 * 6 / 7.0)) / 6, 6, matrix.Weighted());
    }

    /// <summary>0 / 0 is 0; a class that no row has as label or prediction is in no mean.</summary>
    [Fact]
    public void Zero_divisions()
    {
        ConfusionMatrix matrix = new(4);
        Assert.Equal(default, matrix.Macro());
        Assert.Equal(default, matrix.Micro());
        Assert.Equal(default, matrix.Weighted());
        Assert.True(double.IsNaN(matrix.Accuracy.Value));
        matrix.Add([1, 1], [1, 2]);
        Assert.Equal(new(0.5, 1, 2 / 3.0, 1), matrix.OfClass(1));
        Assert.Equal(new(0, 0, 0, 1), matrix.OfClass(2));
        Assert.Equal(new(0, 0, 0, 0), matrix.OfClass(3));
        Is(0.25, 0.5, 1 / 3.0, 2, matrix.Macro());
    }

    [Fact]
    public void A_row_with_NaN_is_missed_and_predicted_as_nothing()
    {
        ConfusionMatrix matrix = new(2);
        matrix.AddScores<float>([2, 1, float.NaN, 1, 1, 5], [0, 0, 1]);
        Assert.Equal([1, 0, 0, 1], matrix.Counts);
        Assert.Equal([1, 0], matrix.Unpredicted);
        Assert.Equal(new(2, 3), matrix.Accuracy);
        Is(1, 0.5, 2 / 3.0, 2, matrix.OfClass(0));
        Is(1, 2 / 3.0, 0.8, 3, matrix.Micro());
    }

    [Property(Arbitrary = [typeof(Generators)], MaxTest = 100)]
    public void Any_split_gives_the_same_counts_as_counting_pairs(Batch batch)
    {
        if (batch.ClassCount > 200) return;
        float[] scores = batch.As<float>();
        int[] predictions = new int[batch.Rows];
        Accuracy.Predict<float>(scores, batch.ClassCount, predictions);
        ConfusionMatrix whole = new(batch.ClassCount), byPrediction = new(batch.ClassCount);
        whole.AddScores<float>(scores, batch.Labels);
        byPrediction.Add(predictions, batch.Labels);
        Assert.Equal(whole.Counts, byPrediction.Counts);
        for (int label = 0; label < batch.ClassCount; label += 3)
        {
            for (int prediction = 0; prediction < batch.ClassCount; prediction += 2)
            {
                Assert.Equal(predictions.Zip(batch.Labels).Count(p => p == (prediction, label)), whole[label, prediction]);
            }
        }

        int split = batch.Rows / 3;
        ConfusionMatrix first = new(batch.ClassCount), second = new(batch.ClassCount);
        first.AddScores<float>(scores.AsSpan(0, split * batch.ClassCount), batch.Labels.AsSpan(0, split));
        second.AddScores<float>(scores.AsSpan(split * batch.ClassCount), batch.Labels.AsSpan(split));
        Assert.Equal(whole.Counts, (first + second).Counts);
        Assert.Equal(whole.Accuracy, (second + first).Accuracy);
        Assert.Equal(Accuracy.Evaluate<float>(scores, batch.ClassCount, batch.Labels), whole.Accuracy);
        first.Clear();
        Assert.Equal(0, first.Accuracy.Count);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_counts_nothing()
    {
        ConfusionMatrix matrix = new(2);
        Says("predictions[1] is 2; it must be -1, or a class from 0 to 1", () => matrix.Add([0, 2], [0, 1]));
        Says("predictions[0] is -2", () => matrix.Add([-2], [0]));
        Says("labels[1] is -1", () => matrix.Add([0, 0], [0, -1]));
        Says("predictions has 1 elements and labels has 2", () => matrix.Add([0], [0, 1]));
        Says("labels[1] is 5", () => matrix.AddScores<double>([1, 2, 3, 4], [0, 5]));
        Says("not a whole number of rows of 2", () => matrix.AddScores<double>([1, 2, 3], [0]));
        Says("other has 3 classes and this has 2", () => matrix.Add(new ConfusionMatrix(3)));
        Says("classCount is 0", () => _ = new ConfusionMatrix(0));
        Says("prediction is 2", () => _ = matrix[0, 2]);
        Assert.Throws<ArgumentNullException>(() => matrix.Add(null!));
        Assert.Equal(0, matrix.Accuracy.Count);

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adding_rows_and_reading_scores_allocates_nothing()
    {
        ConfusionMatrix matrix = new(10), other = new(10);
        float[] scores = new float[10_000];
        int[] labels = new int[1000];
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            matrix.AddScores<float>(scores, labels);
            matrix.Add(labels, labels);
            matrix.Add(other);
            matrix.Macro();
            matrix.Micro();
            matrix.Weighted();
        }));
    }

    private static void Is(double precision, double recall, double f1, long support, ClassificationScores actual)
    {
        Assert.Equal(precision, actual.Precision, 1e-15);
        Assert.Equal(recall, actual.Recall, 1e-15);
        Assert.Equal(f1, actual.F1, 1e-15);
        Assert.Equal(support, actual.Support);
    }
}
