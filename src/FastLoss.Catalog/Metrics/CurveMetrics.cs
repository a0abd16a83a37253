namespace FastLoss.Catalog;

/// <summary>The areas under the curves of the first class against all others.</summary>
internal static class CurveMetrics
{
    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        new CurveCase("area under the ROC", s => s.AreaUnderRoc, Area),
        new CurveCase("average precision", s => s.AveragePrecision, Precision),
        new TallyCase("area under the ROC", s => s.AreaUnderRoc, Area),
        new TallyCase("average precision", s => s.AveragePrecision, Precision),
        new OneVsRestCase("macro area under the ROC", s => s.MacroAreaUnderRoc, Area, (_, _) => 1),
        new OneVsRestCase("weighted area under the ROC", s => s.WeightedAreaUnderRoc, Area, (labels, c) => labels.Count(l => l == c)),
        new OneVsRestCase("macro average precision", s => s.MacroAveragePrecision, Precision, (_, _) => 1),
        new OneVsRestCase("weighted average precision", s => s.WeightedAveragePrecision, Precision, (labels, c) => labels.Count(l => l == c)),
    ];

    private static double OfClass(double[][] rows, int[] labels, int positive, Func<double[], double[], double> ofScores) => ofScores(
        [.. rows.Where((_, r) => labels[r] == positive).Select(row => row[positive])], [.. rows.Where((_, r) => labels[r] != positive).Select(row => row[positive])]);

    /// <summary>Over the classes that have the number.</summary>
    private static double Mean(double[][] rows, int[] labels, Func<double[], double[], double> ofScores, Func<int[], int, double> weight)
    {
        double sum = 0, weights = 0;
        for (int c = 0; rows.Length > 0 && c < rows[0].Length; c++)
        {
            double value = OfClass(rows, labels, c, ofScores);
            if (double.IsNaN(value)) continue;
            sum += weight(labels, c) * value;
            weights += weight(labels, c);
        }

        return sum / weights;
    }

    /// <summary>Pair by pair.</summary>
    private static double Area(double[] positive, double[] negative) => positive.Length == 0 || negative.Length == 0
        ? double.NaN
        : positive.Average(p => negative.Average(n => p > n ? 1 : p == n ? 0.5 : 0));

    /// <summary>Of each positive row the precision of all rows that score as much or more.</summary>
    private static double Precision(double[] positive, double[] negative) => positive.Length == 0
        ? double.NaN
        : positive.Average(p => positive.Count(v => v >= p) / (double)(positive.Count(v => v >= p) + negative.Count(v => v >= p)));

    private sealed record CurveCase(string Figure, Func<BinaryRankingScores, double> Read, Func<double[], double[], double> OfScores)
        : MetricCase(typeof(BinaryRanking), Figure, (rows, labels) => OfClass(rows, labels, 0, OfScores))
    {
        public override MetricCall<T> Start<T>(int columns) => (scores, labels) => Read(BinaryRanking.Evaluate(scores, columns, labels, 0));
    }

    private sealed record TallyCase(string Figure, Func<BinaryRankingScores, double> Read, Func<double[], double[], double> OfScores)
        : MetricCase(typeof(BinaryRankingTally), Figure, (rows, labels) => OfClass(rows, labels, 0, OfScores))
    {
        public override MetricCall<T> Start<T>(int columns)
        {
            BinaryRankingTally tally = new();
            return (scores, labels) =>
            {
                tally.Clear();
                tally.Add(scores, columns, labels, 0);
                return Read(tally.Scores);
            };
        }
    }

    private sealed record OneVsRestCase(
        string Figure, Func<OneVsRestScores, double> Read, Func<double[], double[], double> OfScores, Func<int[], int, double> Weight)
        : MetricCase(typeof(BinaryRanking), $"one against the rest, {Figure}", (rows, labels) => Mean(rows, labels, OfScores, Weight))
    {
        public override MetricCall<T> Start<T>(int columns) => (scores, labels) => Read(BinaryRanking.OneVsRest(scores, columns, labels));
    }
}
