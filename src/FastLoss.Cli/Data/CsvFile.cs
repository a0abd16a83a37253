using System.Globalization;
using System.Text;
using FastLoss.Cli.Files;
using nietras.SeparatedValues;

namespace FastLoss.Cli.Data;

/// <summary>A table of numbers, and a label a row.</summary>
/// <param name="Path">The file.</param>
/// <param name="Features">Rows of <paramref name="FeatureCount"/> numbers.</param>
/// <param name="FeatureCount">Numbers of a row.</param>
/// <param name="Labels">The class of each row; all 0 where no labels were asked for.</param>
/// <param name="ClassNames">What the classes are called.</param>
internal sealed record CsvTable(string Path, double[] Features, int FeatureCount, int[] Labels, IReadOnlyList<string> ClassNames)
{
    public int RowCount => Labels.Length;
}

/// <summary>
/// Reads a CSV file, packed or not: values between commas, semicolons, tabs or bars (the first line says which), in quotes or not, a row a
/// line, every value but the label a finite number. It is read once, in a stream, and its memory grows with what is there.
/// </summary>
internal sealed class CsvFile
{
    private const int LongestShown = 40;

    private readonly string _path;
    private readonly string? _label;
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _texts =
        new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly List<int> _labels = [];
    private double[] _features = [];
    private CsvHeader? _header;
    private int _labelIndex;
    private int _count; // of the features

    private CsvFile(string path, string? label) => (_path, _label) = (path, label);

    private int FeatureCount => _header!.ColumnCount - (_labelIndex < 0 ? 0 : 1);

    /// <param name="path">The file.</param>
    /// <param name="label">The column of the labels, by name or number from 1; null for the last, empty where there are none.</param>
    /// <exception cref="InputException">A value is not what it must be; the message names line, column and value.</exception>
    public static CsvTable Read(string path, string? label = null) => new CsvFile(path, label).Read();

    public static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Also what tables write where a number is missing: then the line is one of data, and refused as such.</summary>
    public static bool IsNumberOrMissing(string cell) => IsNumber(cell) || cell.Trim().ToUpperInvariant() is "" or "?" or "NA" or "N/A" or "NULL" or "NONE";

    private CsvTable Read()
    {
        using InputFile file = InputFile.Open(_path);
        string[]? first = null;
        int firstLine = 0, following = 1;
        using StreamReader text = new(new InputStream(file), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            using SepReader reader = Sep.Reader(o => o with { HasHeader = false, DisableColCountCheck = true, Unescape = true }).From(text);
            foreach (SepReader.Row row in reader)
            {
                // The reader's own number of a row's first line is one too many for the first row.
                int line = following;
                following = row.LineNumberToExcl;
                if (row.ColCount == 1 && row[0].Span.IsWhiteSpace()) continue;
                if (first is null)
                {
                    (first, firstLine) = (Cells(row), line);
                    continue;
                }

                if (_header is null) Begin(first, firstLine, row.ColCount);
                Add(row, line);
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{_path}: is not UTF-8: it has the byte 0x{Convert.ToHexString(e.BytesUnknown ?? [])} after line {Math.Max(0, following - 1)}");
        }
        catch (Exception e) when (e is NotSupportedException or InvalidDataException or FormatException or ArgumentException)
        {
            throw new InputException($"{_path}: is no table of values: {e.Message}");
        }

        if (first is null) throw new InputException($"{_path}: is empty");
        if (_header is null) Begin(first, firstLine, 0);
        return Finished();
    }

    private void Begin(string[] first, int line, int next)
    {
        _header = CsvHeader.Of(first, next, _label);
        _labelIndex = _header.LabelIndex(_path, _label);
        if (FeatureCount == 0) throw new InputException($"{_path}: line {line} has one value, {Shown(first[0])}; a row has one feature and a label at least");
        if (!_header.IsData) return;
        Prepare(first.Length, line);
        for (int column = 0; column < first.Length; column++) Add(column, first[column], line);
    }

    private void Add(SepReader.Row row, int line)
    {
        Prepare(row.ColCount, line);
        for (int column = 0; column < row.ColCount; column++) Add(column, row[column].Span, line);
    }

    private void Prepare(int values, int line)
    {
        if (values != _header!.ColumnCount) throw new InputException($"{_path}: line {line} has {values} values instead of {_header.ColumnCount}");
        Grow(FeatureCount);
        if (_labelIndex < 0) _labels.Add(0);
    }

    private void Add(int column, ReadOnlySpan<char> cell, int line)
    {
        if (column == _labelIndex) _labels.Add(_texts.TryGetValue(cell, out int known) ? known : NewLabel(cell.ToString(), line));
        else if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) _features[_count++] = value;
        else throw new InputException($"{_path}: line {line}, {_header!.Said(column)}: {Shown(cell.ToString())} is no finite number");
    }

    /// <summary>The number of a label that was not written so before.</summary>
    private int NewLabel(string cell, int line)
    {
        string label = cell.Trim(), where = $"{_path}: line {line}, {_header!.Said(_labelIndex)}";
        if (label.Length == 0) throw new InputException($"{where}: the label is empty");
        if (double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            // Programs that keep all in floats write 1.0.
            if (Math.Truncate(number) != number || Math.Abs(number) > int.MaxValue)
                throw new InputException($"{where}: {Shown(label)} is a number, but no whole one; a label is a whole number or a word (--label-column says where it is)");
            label = number.ToString("0", CultureInfo.InvariantCulture);
        }

        if (!_seen.TryGetValue(label, out int index)) _seen.Add(label, index = _seen.Count);
        if (_seen.Count > IdxFile.MostClasses)
            throw new InputException($"{where}: {Shown(label)} is the label of class {_seen.Count}; there may be {IdxFile.MostClasses} (--label-column says where labels are)");
        _texts[cell] = index;
        return index;
    }

    /// <summary>The memory first: the old array, the new one, and the floats that are made of it.</summary>
    private void Grow(int more)
    {
        if (_count + (long)more <= _features.Length) return;
        long size = Math.Max(_count + (long)more, 2L * _features.Length);
        if (_count + (long)more > Array.MaxLength) throw new InputException($"{_path}: has more than {Array.MaxLength} values, more than can be read");
        size = Math.Min(size, Array.MaxLength);
        Memory.Require((sizeof(double) * (Int128)_count) + ((sizeof(double) + sizeof(float)) * (Int128)size), $"{_path}: a table of {size} values", Memory.Available);
        Array.Resize(ref _features, (int)size);
    }

    private CsvTable Finished()
    {
        CsvHeader header = _header!;
        DropNames();
        if (_labels.Count == 0) throw new InputException($"{_path}: holds no row of data");
        if (header.RowCount is { } rows && rows != _labels.Count)
            throw new InputException($"{_path}: line 1 says {rows} rows of {header.ColumnCount - 1} features; {_labels.Count} follow");

        string[] names = _labelIndex < 0 ? [""] : Sorted();
        int[] labels = [.. _labels];
        if (_labelIndex >= 0)
        {
            int[] classOf = [.. _seen.OrderBy(s => s.Value).Select(s => ClassOf(s.Key))];
            for (int i = 0; i < labels.Length; i++) labels[i] = classOf[labels[i]];
        }

        return new(_path, _features.AsSpan(0, _count).ToArray(), FeatureCount, labels, header.ClassNames ?? names);

        int ClassOf(string label)
        {
            if (header.ClassNames is not { } classes) return Array.IndexOf(names, label);
            return int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < classes.Count
                ? number
                : throw new InputException($"{_path}: line 1 names {classes.Count} classes, whose labels are 0 to {classes.Count - 1}; one is {Shown(label)}");
        }
    }

    /// <summary>Columns named by numbers look like data, but for the label's: a word over whole numbers.</summary>
    private void DropNames()
    {
        if (!_header!.IsData || _labelIndex < 0 || _seen.Count < 2 || _labels.Count(l => l == 0) > 1) return;
        string[] seen = [.. _seen.Keys];
        if (IsNumber(seen[0]) || !seen[1..].All(IsNumber)) return;
        _seen.Clear();
        foreach (string label in seen[1..]) _seen.Add(label, _seen.Count);
        _labels.RemoveAt(0);
        for (int i = 0; i < _labels.Count; i++) _labels[i]--;
        _count -= FeatureCount;
        Array.Copy(_features, FeatureCount, _features, 0, _count);
    }

    /// <summary>Whole numbers by their size, words by their characters: the same for any order of the rows.</summary>
    private string[] Sorted() => _seen.Keys.All(IsNumber)
        ? [.. _seen.Keys.OrderBy(label => double.Parse(label, CultureInfo.InvariantCulture))]
        : [.. _seen.Keys.Order(StringComparer.Ordinal)];

    private static string[] Cells(SepReader.Row row)
    {
        string[] cells = new string[row.ColCount];
        for (int i = 0; i < cells.Length; i++) cells[i] = row[i].ToString();
        return cells;
    }

    private static string Shown(string text) => text.Length <= LongestShown ? $"\"{text}\"" : $"\"{text[..LongestShown]}...\"";
}
