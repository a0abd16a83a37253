namespace FastLoss.Catalog;

/// <summary>The areas under the curves of the first class against all others.</summary>
internal static class CurveMetrics
{
    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        new CurveCase("area under the ROC", s => s.AreaUnderRoc, Area),
        new CurveCase("average precision", s => s.AveragePrecision, Precision),
    ];

    /// <summary>Pair by pair.</summary>
    private static double Area(double[] positive, double[] negative) => positive.Length == 0 || negative.Length == 0
        ? double.NaN
        : positive.Average(p => negative.Average(n => p > n ? 1 : p == n ? 0.5 : 0));

    /// <summary>Of each positive row the precision of all rows that score as much or more.</summary>
    private static double Precision(double[] positive, double[] negative) => positive.Length == 0
        ? double.NaN
        : positive.Average(p => positive.Count(v => v >= p) / (double)(positive.Count(v => v >= p) + negative.Count(v => v >= p)));

    private sealed record CurveCase(string Figure, Func<BinaryRankingScores, double> Read, Func<double[], double[], double> OfScores)
        : MetricCase(typeof(BinaryRanking), Figure, (rows, labels) => OfScores(
            [.. rows.Where((_, r) => labels[r] == 0).Select(row => row[0])], [.. rows.Where((_, r) => labels[r] != 0).Select(row => row[0])]))
    {
        public override MetricCall<T> Start<T>(int columns) => (scores, labels) => Read(BinaryRanking.Evaluate(scores, columns, labels, 0));
    }
}
