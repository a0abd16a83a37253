namespace FastLoss.BenchCompare.Runs;

internal static class Statistics
{
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Of the ratios that are positive and finite (a time of 0 ns has no others); NaN without any.</summary>
    public static double GeometricMean(IEnumerable<double> ratios)
    {
        double[] logarithms = [.. ratios.Where(r => r > 0 && double.IsFinite(r)).Select(r => Math.Log(r))];
        return logarithms.Length == 0 ? double.NaN : Math.Exp(logarithms.Average());
    }

    /// <summary>
    /// Spread relative to the median, comparable to a standard deviation: the median of the absolute pairwise differences
    /// (Shamos), which one wild launch in five does not move. 0.6745 sqrt 2 makes it 1 for a normal distribution. NaN for one value, and where the
    /// median is 0 ns.
    /// </summary>
    public static double RelativeSpread(IReadOnlyCollection<double> values)
    {
        double median = Median(values);
        if (values.Count < 2 || !(median > 0)) return double.NaN;
        // Of thousands of iterations evenly spaced ranks tell the spread as well, and in no time.
        double[] sorted = [.. values.Order()];
        int step = (sorted.Length + MostPaired - 1) / MostPaired;
        double[] some = [.. sorted.Where((_, rank) => rank % step == 0)];
        List<double> differences = [];
        for (int i = 0; i < some.Length; i++)
            for (int j = i + 1; j < some.Length; j++)
                differences.Add(some[j] - some[i]);
        return Median(differences) / (0.6745 * Math.Sqrt(2)) / median;
    }

    private const int MostPaired = 300;
}
