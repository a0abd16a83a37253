using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Testing;

/// <summary>The numbers an argument may be: a closed range, perhaps of whole numbers or of a few values alone.</summary>
/// <param name="From">The least, finite.</param>
/// <param name="To">The largest, finite.</param>
public sealed record NumberDomain(double From, double To)
{
    /// <summary>Both signs and every magnitude from 2^-20 to 2^7.</summary>
    public static NumberDomain Real { get; } = new(-256, 256);

    /// <summary>Probabilities from 0 to 1, both often.</summary>
    public static NumberDomain Unit { get; } = new(0, 1);

    /// <summary>Probabilities from 0.01 to 0.99.</summary>
    public static NumberDomain Inside { get; } = new(0.01, 0.99);

    /// <summary>2^-6 to 2^7.</summary>
    public static NumberDomain Positive { get; } = new(1.0 / 64, 128);

    /// <summary>-2^7 to -2^-6, as logarithms of probabilities.</summary>
    public static NumberDomain Negative { get; } = new(-128, -1.0 / 64);

    /// <summary>-1 and 1.</summary>
    public static NumberDomain Sign { get; } = new(-1, 1) { Only = [-1, 1] };

    /// <summary>Whole numbers from 0 to 128.</summary>
    public static NumberDomain Count { get; } = new(0, 128) { IsWhole = true };

    /// <summary>Whole numbers alone.</summary>
    public bool IsWhole { get; init; }

    /// <summary>These alone; any of the range where it is empty.</summary>
    public IReadOnlyList<double> Only { get; init; } = [];

    /// <summary>Whether an argument may be this number.</summary>
    public bool Contains(double value) =>
        Only.Count > 0 ? Only.Contains(value) : value >= From && value <= To && (!IsWhole || value == Math.Floor(value));

    /// <summary>Whether a number is in the range, also where only some of it are arguments.</summary>
    internal bool IsBetween(double value) => value >= From && value <= To;

    /// <summary>
    /// Numbers of the domain, floats all, so that losses of floats and of doubles are given the same: even in value, even in magnitude, the
    /// ends, 0, 1/2, 1 and whole numbers.
    /// </summary>
    public Gen<double> Generate()
    {
        if (Only.Count > 0) return Gen.Elements(Only.ToArray());
        Gen<double> even = from u in Gen.Choose(0, 1 << 24) select From + ((To - From) * u / (1 << 24));
        Gen<double> magnitude =
            from mantissa in Gen.Choose(0, 1 << 20)
            from exponent in Gen.Choose(-20, 6)
            from sign in Gen.Elements(-1.0, 1.0)
            select sign * Math.ScaleB(1 + (mantissa / (double)(1 << 20)), exponent);
        Gen<double> special = Gen.Elements(0.0, 1, -1, 0.5, 2, -2, 3, From, To);
        return from value in Gen.Frequency((4, even), (4, magnitude), (2, special)) select Nearest(value);
    }

    /// <summary>Simpler numbers of the domain: 0, 1, -1, 1/2, whole ones, half as large, with fewer digits.</summary>
    public IEnumerable<double> Shrink(double value)
    {
        if (!double.IsFinite(value))
        {
            if (Contains(0)) yield return 0;
            yield break;
        }

        double rounded = Math.Round(value, 1);
        double whole = Math.Truncate(value);
        foreach (double simpler in (double[])[0, 1, -1, 0.5, whole, value / 2, whole - Math.Sign(value), (float)rounded, From, To])
        {
            if (IsSimpler(simpler, value) && Contains(simpler)) yield return simpler;
        }
    }

    /// <summary>
    /// Nearer to the front of 0, 1, -1, 1/2; of others fewer digits in print, or as many and nearer to 0: a chain of shrinks ends.
    /// </summary>
    private static bool IsSimpler(double candidate, double value)
    {
        int rank = Shrinking.Rank(candidate), other = Shrinking.Rank(value);
        if (rank != other || rank < Shrinking.Simple.Length) return rank < other;
        int digits = Text(candidate).Length, before = Text(value).Length;
        return digits < before || (digits == before && Math.Abs(candidate) < Math.Abs(value));
    }

    internal static string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private double Nearest(double value)
    {
        float narrow = (float)Math.Clamp(IsWhole ? Math.Round(value) : value, From, To);
        if (narrow < From) narrow = MathF.BitIncrement(narrow);
        if (narrow > To) narrow = MathF.BitDecrement(narrow);
        return narrow;
    }
}
