using System.Globalization;

namespace FastLoss.Cli.Data;

/// <summary>What a network was trained on: another table is scaled by what that one's rows said, and its labels are that one's classes.</summary>
/// <param name="Scaling">How the features were scaled; null where the network was trained on pictures, whose pixels are from 0 to <paramref name="White"/>.</param>
/// <param name="InputCount">How many there are.</param>
/// <param name="ClassNames">What the classes are called; null where that is not known.</param>
/// <param name="White">The largest value that a pixel of the table may have.</param>
internal sealed record FittedTable(FeatureScaling? Scaling, int InputCount, IReadOnlyList<string>? ClassNames, double White)
{
    private const int MostNamed = 12;

    /// <exception cref="InputException">The table has other features.</exception>
    public FeatureScaling ScalingOf(CsvTable table)
    {
        if (table.FeatureCount != InputCount) throw new InputException($"{table.Path}: has {table.FeatureCount} features a row; the network is for {InputCount}");
        if (Scaling is not null) return Scaling;
        int other = table.Features.IndexOfAnyExceptInRange(0, White);
        if (other >= 0)
        {
            throw new InputException(FormattableString.Invariant(
                $"{table.Path}: row {(other / table.FeatureCount) + 1} has the value {table.Features[other]}; the network was trained on pictures, whose pixels are from 0 to {White} (--largest)"));
        }

        double[] scales = new double[InputCount];
        Array.Fill(scales, White);
        return new(ScalingKind.Pixels, new double[InputCount], scales);
    }

    /// <summary>The network's classes of a table's labels: by name or, of a network whose classes have words for names, by number.</summary>
    /// <exception cref="InputException">A label is none of its classes.</exception>
    public int[] ClassesOf(CsvTable table)
    {
        if (ClassNames is not { } known) return table.Labels;
        string[] names = [.. known];
        bool hasWords = !names.Any(CsvFile.IsNumber);
        int[] classes = [.. table.ClassNames.Select(ClassOf)];
        return Array.ConvertAll(table.Labels, l => classes[l]);

        int ClassOf(string label)
        {
            int index = Array.IndexOf(names, label);
            if (index >= 0) return index;
            return hasWords && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < names.Length
                ? number
                : throw new InputException($"{table.Path}: has rows of class {label}; the network knows {string.Join(", ", names.Take(MostNamed))}{(names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "")}");
        }
    }
}
