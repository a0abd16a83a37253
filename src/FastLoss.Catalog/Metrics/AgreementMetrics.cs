namespace FastLoss.Catalog;

/// <summary>Means with other zero divisions, F-beta, and one number for the whole matrix.</summary>
internal static class AgreementMetrics
{
    public static IReadOnlyList<MetricCase> Cases { get; } =
    [
        Of("macro precision, one for 0 / 0", m => m.Macro(ZeroDivision.One).Precision, t => t.Present.Average(c => t.Precision(c) ?? 1)),
        Of("macro recall, 0 / 0 left out", m => m.Macro(ZeroDivision.LeftOut).Recall, t => t.Present.Average(t.Recall) ?? double.NaN),
        Of("macro precision, 0 / 0 left out", m => m.Macro(ZeroDivision.LeftOut).Precision, t => t.Present.Average(t.Precision) ?? double.NaN),
        Of("macro F1 of all classes", m => m.Macro(ZeroDivision.Zero, withAbsent: true).F1, t => t.Classes.Average(c => t.F(c, 1) ?? 0)),
        Of("weighted precision, 0 / 0 left out", m => m.Weighted(ZeroDivision.LeftOut).Precision, Weighted),
        Of("macro F2", m => m.MacroFBeta(2), t => t.Present.Average(c => t.F(c, 2) ?? 0)),
        Of("F0.5 of class 0", m => m.FBeta(0, 0.5), t => t.F(0, 0.5) ?? 0),
        Of("balanced accuracy", m => m.BalancedAccuracy, t => t.Present.Average(t.Recall) ?? double.NaN),
        Of("Hamming loss", m => m.HammingLoss, t => t.Pairs.Average(p => p.Label == p.Prediction ? 0.0 : 1)),
        Of("Matthews correlation", m => m.MatthewsCorrelation, Matthews),
        Of("Cohen's kappa", m => m.CohenKappa, Kappa),
    ];

    private static ConfusionMetrics.ConfusionCase Of(string figure, Func<ConfusionMatrix, double> read, Func<Table, double> definition) =>
        new(figure, read, (rows, labels) => definition(new Table(rows, labels)));

    private static double Weighted(Table t)
    {
        int[] classes = [.. t.Classes.Where(c => t.Precision(c) != null && t.Labelled(c) > 0)];
        return classes.Length == 0 ? double.NaN : classes.Sum(c => t.Precision(c)!.Value * t.Labelled(c)) / classes.Sum(t.Labelled);
    }

    /// <summary>The correlation of the indicators of labels and predictions, as a sum over classes and rows.</summary>
    private static double Matthews(Table t)
    {
        double n = t.Pairs.Length, both = 0, labels = 0, predictions = 0;
        foreach (int c in t.Classes)
        {
            double label = t.Labelled(c) / n, prediction = t.Predicted(c) / n;
            both += t.Pairs.Sum(p => ((p.Label == c ? 1 : 0) - label) * ((p.Prediction == c ? 1 : 0) - prediction));
            labels += t.Pairs.Sum(p => Math.Pow((p.Label == c ? 1 : 0) - label, 2));
            predictions += t.Pairs.Sum(p => Math.Pow((p.Prediction == c ? 1 : 0) - prediction, 2));
        }

        return t.Pairs.Select(p => p.Label).Distinct().Count() < 2 || t.Pairs.Select(p => p.Prediction).Distinct().Count() < 2
            ? 0
            : both / Math.Sqrt(labels * predictions);
    }

    private static double Kappa(Table t)
    {
        double n = t.Pairs.Length, observed = t.Pairs.Count(p => p.Label == p.Prediction) / n;
        if (t.Pairs.All(p => p == t.Pairs[0] && p.Label == p.Prediction)) return double.NaN;
        double expected = t.Classes.Sum(c => t.Labelled(c) / n * (t.Predicted(c) / n));
        return (observed - expected) / (1 - expected);
    }

    /// <summary>Labels and predictions, to be counted; null where a quotient is 0 / 0.</summary>
    private sealed class Table(double[][] rows, int[] labels)
    {
        public (int Label, int Prediction)[] Pairs { get; } = [.. rows.Zip(labels, (row, label) => (label, Array.IndexOf(row, row.Max())))];

        public IEnumerable<int> Classes => Enumerable.Range(0, rows[0].Length);

        public IEnumerable<int> Present => Classes.Where(c => Labelled(c) + Predicted(c) > 0);

        public int Labelled(int c) => Pairs.Count(p => p.Label == c);

        public int Predicted(int c) => Pairs.Count(p => p.Prediction == c);

        public double? Precision(int c) => Predicted(c) == 0 ? null : (double)Right(c) / Predicted(c);

        public double? Recall(int c) => Labelled(c) == 0 ? null : (double)Right(c) / Labelled(c);

        public double? F(int c, double beta)
        {
            if (Labelled(c) + Predicted(c) == 0) return null;
            if (beta < 1 && Labelled(c) == 0) return 0;
            double weight = beta * beta, precision = Precision(c) ?? 0, recall = Recall(c) ?? 0;
            return precision + recall == 0 ? 0 : (1 + weight) * precision * recall / ((weight * precision) + recall);
        }

        private int Right(int c) => Pairs.Count(p => p == (c, c));
    }
}
