using System.Globalization;

namespace FastLoss.Testing;

/// <summary>What inputs have in common when they shrink and when they are shown.</summary>
internal static class Shrinking
{
    /// <summary>
    /// Elements of which single ones are left out or made simpler: beyond, an input of thousands would have as many neighbours.
    /// </summary>
    private const int Few = 24;

    /// <summary>The simplest numbers first.</summary>
    public static readonly double[] Simple = [0, 1, -1, 0.5];

    /// <summary>Where a number stands among the simplest, or behind them.</summary>
    public static int Rank(double value) => Array.IndexOf(Simple, value) is >= 0 and int rank ? rank : Simple.Length;

    /// <summary>What may be left out of a range: a half, then an eighth, then one element.</summary>
    public static IEnumerable<(int Start, int Count)> Cuts(int length)
    {
        if (length < 2) yield break;
        int half = length / 2;
        yield return (half, length - half);
        yield return (0, half);
        foreach (int size in new[] { length / 8, 1 }.Where(s => s > 0).Distinct())
        {
            int pieces = Math.Min(size == 1 ? Few : 8, length / size);
            for (int i = 0; i < pieces; i++) yield return (length - ((i + 1) * size), size);
        }
    }

    /// <summary>The array without a range.</summary>
    public static T[] Without<T>(T[] values, int start, int count) =>
        values.Length == 0 ? [] : [.. values.AsSpan(0, start), .. values.AsSpan(start + count)];

    /// <summary>All parts of an array.</summary>
    public static IEnumerable<T[]> Parts<T>(T[] values) => Cuts(values.Length).Select(c => Without(values, c.Start, c.Count));

    /// <summary>The array with all numbers one that is simple, or one of the first made simpler.</summary>
    public static IEnumerable<double[]> Simpler(double[] values, NumberDomain? domain)
    {
        Func<double, IEnumerable<double>> shrink = domain is null ? Rounded : domain.Shrink;
        int most = values.Length > 1 ? values.Max(Rank) : 0;
        foreach (double one in Simple.Where(v => Rank(v) < most && domain?.Contains(v) != false))
            yield return [.. Enumerable.Repeat(one, values.Length)];

        for (int i = 0; i < Math.Min(values.Length, 200); i++)
        {
            foreach (double simpler in shrink(values[i])) yield return Replaced(values, i, simpler);
        }
    }

    public static T[] Replaced<T>(T[] values, int index, T value)
    {
        T[] copy = [.. values];
        copy[index] = value;
        return copy;
    }

    /// <summary>0, or the whole number nearest.</summary>
    private static IEnumerable<double> Rounded(double value)
    {
        if (value == 0) yield break;
        double rounded = Math.Round(value) + 0.0; // -0 becomes 0
        yield return rounded == value || !double.IsFinite(value) ? 0 : rounded;
    }

    public static string Text(IReadOnlyList<double> values) => Text(values, v => v.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The first twenty, of which those that come again and again are counted: [0 x 64, 1].</summary>
    public static string Text<T>(IReadOnlyList<T> values, Func<T, string> text)
    {
        List<string> shown = [];
        for (int i = 0; i < values.Count && shown.Count < 20;)
        {
            string one = text(values[i]);
            int start = i++;
            while (i < values.Count && text(values[i]) == one) i++;
            if (i - start > 3) shown.Add($"{one} x {i - start}");
            else shown.AddRange(Enumerable.Repeat(one, i - start));
            if (shown.Count >= 20 && i < values.Count) shown.Add("...");
        }

        return $"[{string.Join(", ", shown)}]";
    }

    public static string Text(IReadOnlyList<bool> values) => Text(values, v => v ? "true" : "false");
}
