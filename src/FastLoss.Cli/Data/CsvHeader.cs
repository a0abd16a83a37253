using System.Globalization;

namespace FastLoss.Cli.Data;

/// <summary>
/// What the first line of a table says: the names of the columns, nothing (it is a row of the data), or, as scikit-learn's files have
/// it, the number of rows, the number of features and the names of the classes.
/// </summary>
/// <param name="ColumnCount">Values of a line of data.</param>
/// <param name="Names">The columns' names; null where there are none.</param>
/// <param name="ClassNames">The classes' names, for labels that are their numbers from 0; null where there are none.</param>
/// <param name="RowCount">How many rows shall follow; null where nothing is said.</param>
/// <param name="IsData">Whether the first line is a row of the data.</param>
internal sealed record CsvHeader(
    int ColumnCount, IReadOnlyList<string>? Names = null, IReadOnlyList<string>? ClassNames = null, int? RowCount = null, bool IsData = false)
{
    /// <summary>Reads the first line in the light of how many values the second has.</summary>
    /// <param name="first">The first line's values.</param>
    /// <param name="next">How many values the second line has; 0 where there is none.</param>
    /// <param name="label">Asks for the label's column, by name or number; null for the last, empty for none.</param>
    public static CsvHeader Of(string[] first, int next, string? label)
    {
        // A row of data has words in one column at the most, that of the labels: two class names, or one name of a feature, are a header.
        if (first.Length >= 4
            && IsCount(first[0], out int rows) && IsCount(first[1], out int features) && features == next - 1
            && !first[2..].Any(CsvFile.IsNumber))
        {
            return new(next, ClassNames: first[2..], RowCount: rows);
        }

        int labelIndex = label is null ? first.Length - 1 : IsCount(label, out int number) ? number - 1 : Array.IndexOf(first, label);
        bool isNamed = label is { Length: > 0 } && first.Contains(label) && !IsCount(label, out _);
        bool hasNames = isNamed || first.Where((cell, i) => i != labelIndex && cell.Length > 0).Any(cell => !CsvFile.IsNumberOrMissing(cell));
        return hasNames ? new(first.Length, first) : new(first.Length, IsData: true);
    }

    /// <summary>Where the labels are, from 0; -1 where none are asked for.</summary>
    /// <exception cref="InputException">There is no such column.</exception>
    public int LabelIndex(string path, string? label)
    {
        if (label is null) return ColumnCount - 1;
        if (label.Length == 0) return -1;
        if (IsCount(label, out int number) && number <= ColumnCount) return number - 1;
        for (int i = 0; i < (Names?.Count ?? 0); i++)
        {
            if (Names![i] != label) continue;
            if (Names.Skip(i + 1).Contains(label)) throw new InputException($"--label-column {label}: {path} has two columns of that name; it may be a number from 1 to {ColumnCount}");
            return i;
        }

        string named = Names is null ? "have no names" : $"are {Shortened(Names)}";
        throw new InputException($"--label-column {label}: the {ColumnCount} columns of {path} {named}; it must be one's name, or its number from 1 to {ColumnCount}");
    }

    /// <summary>A column's number from 1 and, where it has one, its name.</summary>
    public string Said(int column) => Names is null ? $"column {column + 1}" : $"column {column + 1} ({Names[column]})";

    private static string Shortened(IReadOnlyList<string> names) =>
        names.Count <= 12 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(10))}, ... {names[^1]}";

    private static bool IsCount(string cell, out int count) =>
        int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
}
