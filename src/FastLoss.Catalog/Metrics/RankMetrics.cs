namespace FastLoss.Catalog;

/// <summary>Metrics of the place of the label's score among its row's: an equal score of a lower class, and a NaN, is before it.</summary>
internal static class RankMetrics
{
    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        new RankCase("mean rank", r => r.MeanRank, rank => rank),
        new RankCase("mean reciprocal rank", r => r.MeanReciprocalRank, rank => 1.0 / rank),
        new TopKCase(),
        new AccuracyCase(),
    ];

    /// <summary>1 for the largest score.</summary>
    public static int Rank(double[] row, int label) =>
        1 + row.Where((v, i) => i != label && (v > row[label] || (v == row[label] && i < label))).Count();

    private static double Mean(double[][] rows, int[] labels, Func<int, double> ofRank) =>
        rows.Length == 0 ? double.NaN : rows.Zip(labels, (row, label) => ofRank(Rank(row, label))).Average();

    private sealed record RankCase(string Figure, Func<RankTally, double> Read, Func<int, double> OfRank)
        : MetricCase(typeof(LabelRank), Figure, (rows, labels) => Mean(rows, labels, OfRank))
    {
        public override MetricCall<T> Start<T>(int columns) => (scores, labels) => Read(LabelRank.Evaluate(scores, columns, labels));
    }

    private sealed record TopKCase() : MetricCase(
        typeof(TopKAccuracy), "k half the classes", (rows, labels) => Mean(rows, labels, rank => rank <= (rows[0].Length + 1) / 2 ? 1 : 0))
    {
        public override MetricCall<T> Start<T>(int columns) =>
            (scores, labels) => TopKAccuracy.Evaluate(scores, columns, labels, (columns + 1) / 2).Value;
    }

    private sealed record AccuracyCase() : MetricCase(typeof(Accuracy), "share", (rows, labels) => Mean(rows, labels, rank => rank == 1 ? 1 : 0))
    {
        public override bool IsDigested => false;

        public override MetricCall<T> Start<T>(int columns) => (scores, labels) => Accuracy.Evaluate(scores, columns, labels).Value;
    }
}
