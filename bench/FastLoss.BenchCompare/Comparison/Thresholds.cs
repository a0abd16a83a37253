using System.Globalization;

namespace FastLoss.BenchCompare.Comparison;

/// <summary>What counts as a difference, and how sure one must be.</summary>
/// <param name="Relative">The share of the time that nobody cares about.</param>
/// <param name="Nanoseconds">The same as a time, for calls so short that a moved loop changes them by percents.</param>
/// <param name="Significance">
/// The chance of each of "faster" and "slower" where nothing changed. Five launches against five can show no less than
/// 1/252 = 0.4 %, when all of one lie beyond all of the other; both together are then wrong in 0.8 %.
/// </param>
/// <param name="LaunchNoise">
/// How far two launches of the same code may lie apart, as a share of the faster one. Where only iterations of too few launches are known
/// (<see cref="Evidence.Iterations"/>), a change must exceed the threshold by this much to be called one. The default, a doubling,
/// is passed by 2.2 % of the 6,594 pairs of launches in the records of this repository, taken on shared virtual machines;
/// 5 % is passed by 41 % of them. On a machine of one's own that holds its clock, 5 to 10 % may be enough.
/// </param>
public sealed record Thresholds(
    double Relative = 0.01, double Nanoseconds = 0.2, double Significance = 0.005, double LaunchNoise = 1)
{
    /// <summary>How far two times may lie apart and be the same; symmetric, so swapping the runs mirrors the verdict.</summary>
    public double Between(double first, double second) => Math.Max(Relative * Math.Min(first, second), Nanoseconds);

    /// <summary>How far two times must lie apart to be proven different on this evidence.</summary>
    public double Beyond(double first, double second, Evidence evidence) =>
        Between(first, second) + (evidence == Evidence.Iterations ? LaunchNoise * Math.Min(first, second) : 0);

    /// <summary>Whether samples of these sizes can prove anything: the chance that all of one lie beyond all of the other.</summary>
    public bool CanProve(int before, int after) => SmallestChance(before, after) <= Level;

    /// <summary>A chance of exactly the significance proves, whatever its last bit: 3 against 3 at 5 %.</summary>
    internal double Level => Significance * (1 + 1e-9);

    /// <summary>The least number in each run that can prove anything.</summary>
    public int LeastToProve
    {
        get
        {
            int n = 1;
            while (!CanProve(n, n)) n++;
            return n;
        }
    }

    /// <summary>One over the number of ways to choose which of all values are the first run's.</summary>
    private static double SmallestChance(int before, int after)
    {
        double chance = 1;
        for (int i = 1; i <= before; i++) chance *= (double)i / (after + i);
        return chance;
    }
}

/// <summary>Amounts as a user writes them.</summary>
public static class Amount
{
    private static readonly (string Unit, double Nanoseconds)[] s_units =
        [("ns", 1), ("us", 1e3), ("\u00b5s", 1e3), ("\u03bcs", 1e3), ("ms", 1e6), ("s", 1e9)];

    /// <summary>"5%" or "0.05" as a share; null for anything else, also for what is negative or not finite.</summary>
    public static double? Share(string text)
    {
        text = text.Trim();
        return text.EndsWith('%') ? Number(text[..^1]) / 100 : Number(text);
    }

    /// <summary>"10ns", "1.5us", "2ms" or "1s" as nanoseconds; null for anything else.</summary>
    public static double? Time(string text)
    {
        text = text.Trim();
        foreach ((string unit, double nanoseconds) in s_units)
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) && Number(text[..^unit.Length]) is { } value)
                return value * nanoseconds;
        return null;
    }

    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            && value >= 0 && double.IsFinite(value)
            ? value
            : null;
}
