using Pragmastat;

namespace FastLoss.Bench.Analysis.Runs;

internal static class Statistics
{
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double GeometricMean(IEnumerable<double> ratios) => Math.Exp(ratios.Average(Math.Log));

    /// <summary>
    /// Spread relative to the median, comparable to a standard deviation: the median of the absolute pairwise differences
    /// (Shamos), which one wild launch in five does not move. 0.6745 sqrt 2 makes it 1 for a normal distribution.
    /// </summary>
    public static double RelativeSpread(IReadOnlyCollection<double> values) =>
        values.Count < 2 ? double.NaN : Toolkit.Spread(new Sample([.. values])).NominalValue / (0.6745 * Math.Sqrt(2)) / Median(values);
}
