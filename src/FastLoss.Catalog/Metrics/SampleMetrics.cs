using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>
/// Metrics of two numbers a sample. Of rows they take the scores and, as targets or relevance, 1 at the label and 0.5 at the class after it;
/// rows and labels are checked as metrics of rows check theirs.
/// </summary>
internal static class SampleMetrics
{
    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        new SampleCase(typeof(Regression), "R2", new R2Call(), R2),
        new SampleCase(typeof(RankCorrelation), "Spearman", new SpearmanCall(), Spearman),
        new SampleCase(typeof(RankCorrelation), "Kendall", new KendallCall(), Kendall),
        new SampleCase(typeof(Ndcg), "all places", new NdcgCall(0, false), (x, t, columns) => Gain(x, t, columns, columns, r => r)),
        new SampleCase(typeof(Ndcg), "3 places, exponential gain", new NdcgCall(3, true), (x, t, columns) => Gain(x, t, columns, 3, r => Math.Pow(2, r) - 1)),
        new SampleCase(typeof(Hamming), "share", new HammingCall(), (x, t, _) => x.Zip(t, (v, w) => v > 2 == w > 0 ? 0.0 : 1).Average()),
    ];

    private interface ISampleCall
    {
        double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    private static double R2(double[] x, double[] t, int columns)
    {
        double mean = t.Average(), total = t.Sum(v => (v - mean) * (v - mean));
        return t.Distinct().Count() < 2 ? double.NaN : 1 - (x.Zip(t, (v, w) => (v - w) * (v - w)).Sum() / total);
    }

    private static double Spearman(double[] x, double[] t, int columns)
    {
        double[] a = Ranks(x), b = Ranks(t);
        double middle = (x.Length + 1) / 2.0, ofA = a.Sum(v => (v - middle) * (v - middle)), ofB = b.Sum(v => (v - middle) * (v - middle));
        return ofA == 0 || ofB == 0 ? double.NaN : a.Zip(b, (v, w) => (v - middle) * (w - middle)).Sum() / Math.Sqrt(ofA * ofB);
    }

    /// <summary>1, 2, and so on; of equal numbers the mean.</summary>
    private static double[] Ranks(double[] x) => [.. x.Select(v => x.Count(w => w < v) + ((x.Count(w => w == v) + 1) / 2.0))];

    private static double Kendall(double[] x, double[] t, int columns)
    {
        double balance = 0, ofX = 0, ofT = 0;
        for (int i = 0; i < x.Length; i++)
        {
            for (int k = 0; k < i; k++)
            {
                int a = Math.Sign(x[i] - x[k]), b = Math.Sign(t[i] - t[k]);
                balance += a * b;
                ofX += a * a;
                ofT += b * b;
            }
        }

        return ofX == 0 || ofT == 0 ? double.NaN : balance / Math.Sqrt(ofX * ofT);
    }

    /// <summary>An item's discount is the mean over the places that equal scores share.</summary>
    private static double Gain(double[] x, double[] t, int columns, int places, Func<double, double> gain)
    {
        return Enumerable.Range(0, x.Length / columns).Average(r =>
        {
            double[] scores = x[(r * columns)..((r + 1) * columns)], gains = [.. t[(r * columns)..((r + 1) * columns)].Select(gain)];
            return Discounted(scores, gains) / Discounted(gains, gains);
        });

        double Discounted(double[] order, double[] gains) => gains.Select((g, i) =>
        {
            int above = order.Count(v => v > order[i]), equal = order.Count(v => v == order[i]);
            return g * Enumerable.Range(above + 1, equal).Average(place => place <= places ? 1 / Math.Log2(place + 1) : 0);
        }).Sum();
    }

    private static T[] Targets<T>(ReadOnlySpan<int> labels, int columns, T[] memory)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (memory.Length != labels.Length * columns) memory = new T[labels.Length * columns];
        Array.Clear(memory);
        for (int r = 0; r < labels.Length; r++)
        {
            memory[(r * columns) + ((labels[r] + 1) % columns)] = T.CreateTruncating(0.5);
            memory[(r * columns) + labels[r]] = T.One;
        }

        return memory;
    }

    private static double[] Targets(double[][] rows, int[] labels) => rows.Length == 0 ? [] : Targets<double>(labels, rows[0].Length, []);

    private sealed record SampleCase(Type Type, string Figure, ISampleCall Call, Func<double[], double[], int, double> OfSamples)
        : MetricCase(Type, Figure, (rows, labels) => OfSamples([.. rows.SelectMany(row => row)], Targets(rows, labels), rows[0].Length))
    {
        public override MetricCall<T> Start<T>(int columns)
        {
            T[] targets = [];
            return (scores, labels) =>
            {
                _ = LabelRank.Evaluate(scores, columns, labels);
                targets = Targets(labels, columns, targets);
                return Call.Of<T>(scores, targets, columns);
            };
        }
    }

    private sealed record R2Call : ISampleCall
    {
        public double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Regression.R2(predictions, targets);
    }

    private sealed record SpearmanCall : ISampleCall
    {
        public double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => RankCorrelation.Spearman(predictions, targets);
    }

    private sealed record KendallCall : ISampleCall
    {
        public double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => RankCorrelation.Kendall(predictions, targets);
    }

    private sealed record NdcgCall(int Places, bool ExponentialGain) : ISampleCall
    {
        public double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Ndcg.Evaluate(predictions, targets, columns, Places, ExponentialGain).Mean;
    }

    private sealed record HammingCall : ISampleCall
    {
        public double Of<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Hamming.Evaluate(predictions, targets, threshold: 2).Value;
    }
}
