namespace FastLoss.Catalog;

/// <summary>How far probabilities are to be believed: calibration, and perplexity of logits.</summary>
internal static class ProbabilityMetrics
{
    private const int Bytes = 100;

    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        new CalibrationCase("expected error", c => c.ExpectedError, gaps => gaps.Sum(g => g.Rows * g.Gap) / gaps.Sum(g => g.Rows)),
        new CalibrationCase("maximum error", c => c.MaximumError, gaps => gaps.Length == 0 ? double.NaN : gaps.Max(g => g.Gap)),
        new LossCase("of the mean loss", Perplexity.Of, (sum, rows) => Math.Exp(sum / rows)),
        new LossCase("bits per byte", loss => Perplexity.BitsPerByte(loss, Bytes), (sum, _) => sum / (Math.Log(2) * Bytes)),
    ];

    private sealed record CalibrationCase(string Figure, Func<CalibrationTally, double> Read, Func<(int Rows, double Gap)[], double> OfBins)
        : MetricCase(typeof(CalibrationTally), Figure, (rows, labels) => OfBins(Bins(rows, labels)))
    {
        private const int BinCount = 15;

        public override bool TakesProbabilities => true;

        public override MetricCall<T> Start<T>(int columns)
        {
            CalibrationTally tally = new(BinCount);
            return (scores, labels) =>
            {
                tally.Clear();
                tally.Add(scores, columns, labels);
                return Read(tally);
            };
        }

        /// <summary>By confidence, the upper edge included: how many rows, and how far accuracy and mean confidence are apart.</summary>
        private static (int Rows, double Gap)[] Bins(double[][] rows, int[] labels) =>
        [
            .. rows.Zip(labels, (row, label) => (Confidence: row.Max(), IsRight: Array.IndexOf(row, row.Max()) == label))
                .GroupBy(r => Math.Max(1, (int)Math.Ceiling(r.Confidence * BinCount)))
                .Select(bin => (bin.Count(), Math.Abs(bin.Average(r => r.IsRight ? 1.0 : 0) - bin.Average(r => r.Confidence)))),
        ];
    }

    private sealed record LossCase(string Figure, Func<LossTally, double> Read, Func<double, int, double> OfSum) : MetricCase(
        typeof(Perplexity), Figure, (rows, labels) => OfSum(rows.Zip(labels, (row, label) => Reference.CrossEntropy(row, label)).Sum(), rows.Length))
    {
        public override MetricCall<T> Start<T>(int columns) =>
            (scores, labels) => Read(Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), scores, columns, labels));
    }
}
