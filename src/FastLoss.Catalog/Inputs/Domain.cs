namespace FastLoss.Catalog;

/// <summary>Maps a number in [0, 1) to one a loss is defined for, special values included.</summary>
public static class Domain
{
    /// <summary>Both signs, 2^-20 to 2^7, and the small integers.</summary>
    public static double Real(double u)
    {
        if (u < 0.1) return Math.Floor(u * 50) - 2;
        double v = (u - 0.1) / 0.45;
        return (v < 1 ? -1 : 1) * Math.ScaleB(1 + (v % 1 * 16 % 1), (int)(v % 1 * 27) - 20);
    }

    public static double Sign(double u) => u < 0.5 ? -1 : 1;

    /// <summary>0 to 1, both often.</summary>
    public static double Unit(double u) => u < 0.1 ? 0 : u > 0.9 ? 1 : (u - 0.1) / 0.8;

    /// <summary>Inside (0, 1).</summary>
    public static double Inside(double u) => 0.01 + (0.98 * u);

    /// <summary>2^-6 to 2^6, each octave as often, by exact arithmetic: the digest's inputs are the same on every machine.</summary>
    public static double Positive(double u) => Math.ScaleB(1 + (12 * u % 1), (int)(12 * u) - 6);

    /// <summary>0, or 2^-6 to 2^6.</summary>
    public static double ZeroOrPositive(double u) => u < 0.2 ? 0 : Positive(u);

    public static double Count(double u) => Math.Floor(ZeroOrPositive(u));

    public static double LogProbability(double u) => -Positive(u);
}
