namespace FastLoss.Catalog;

/// <summary>Precision, recall and F1 of the classes, averaged three ways.</summary>
internal static class ConfusionMetrics
{
    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        .. Of("macro", m => m.Macro(), (labels, predictions, c) => labels.Contains(c) || predictions.Contains(c) ? 1 : 0),
        .. Of("micro", m => m.Micro(), null),
        .. Of("weighted", m => m.Weighted(), (labels, _, c) => labels.Count(l => l == c)),
    ];

    /// <summary>How much a class counts, by all labels and predictions.</summary>
    private delegate double ClassWeight(int[] labels, int[] predictions, int c);

    private static IEnumerable<MetricCase> Of(string how, Func<ConfusionMatrix, ClassificationScores> read, ClassWeight? weight)
    {
        yield return new ConfusionCase($"{how} precision", m => read(m).Precision, (rows, labels) => Mean(rows, labels, weight).Precision);
        yield return new ConfusionCase($"{how} recall", m => read(m).Recall, (rows, labels) => Mean(rows, labels, weight).Recall);
        yield return new ConfusionCase($"{how} F1", m => read(m).F1, (rows, labels) => Mean(rows, labels, weight).F1);
    }

    /// <summary>Of each class by counting, then their weighted mean; without weights of all rows together.</summary>
    private static ClassificationScores Mean(double[][] rows, int[] labels, ClassWeight? weight)
    {
        if (rows.Length == 0) return default;
        int[] predictions = [.. rows.Select(row => Array.IndexOf(row, row.Max()))];
        if (weight is null) return Scores(predictions.Where((p, i) => p == labels[i]).Count(), labels.Length, labels.Length);
        double precision = 0, recall = 0, f1 = 0, total = 0;
        for (int c = 0; c < rows[0].Length; c++)
        {
            ClassificationScores scores = Scores(
                predictions.Where((p, i) => p == c && labels[i] == c).Count(), predictions.Count(p => p == c), labels.Count(l => l == c));
            double w = weight(labels, predictions, c);
            precision += w * scores.Precision;
            recall += w * scores.Recall;
            f1 += w * scores.F1;
            total += w;
        }

        return new(precision / total, recall / total, f1 / total, labels.Length);
    }

    private static ClassificationScores Scores(int right, int predicted, int support)
    {
        double precision = predicted == 0 ? 0 : (double)right / predicted, recall = support == 0 ? 0 : (double)right / support;
        return new(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall), support);
    }

    internal sealed record ConfusionCase(string Figure, Func<ConfusionMatrix, double> Read, Func<double[][], int[], double> Definition)
        : MetricCase(typeof(ConfusionMatrix), Figure, Definition)
    {
        public override MetricCall<T> Start<T>(int columns)
        {
            ConfusionMatrix matrix = new(columns);
            return (scores, labels) =>
            {
                matrix.Clear();
                matrix.AddScores(scores, labels);
                return Read(matrix);
            };
        }
    }
}
