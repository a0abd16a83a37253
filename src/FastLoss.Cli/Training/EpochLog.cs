using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Training;

/// <summary>A line for each epoch, as a table (.csv) or as JSON lines (.jsonl). The file is whole after each epoch: it is written anew, a few kilobytes.</summary>
internal static class EpochLog
{
    /// <summary>The columns; a loss that is not there, or not finite, is left out.</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "epoch", "learning_rate", "seconds", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "test_loss", "test_accuracy",
    ];

    private const int MostBytes = 1 << 24;

    /// <summary>The kind of file a name asks for; null: neither.</summary>
    public static string? KindOf(string path) => Path.GetExtension(path) is ".csv" or ".jsonl" ? Path.GetExtension(path) : null;

    public static void Write(OutputFile file, IReadOnlyList<EpochScore> scores)
    {
        StringBuilder text = new();
        bool isTable = KindOf(file.FullPath) == ".csv";
        if (isTable) text.AppendJoin(',', Names).Append('\n');
        foreach (EpochScore score in scores) text.Append(isTable ? Row(score) : Object(score)).Append('\n');
        file.Write(text.ToString());
    }

    /// <summary>A row for each epoch, a number or NaN for each of <see cref="Names"/>.</summary>
    /// <exception cref="InputException">It is no log, or holds no epoch.</exception>
    public static IReadOnlyList<double[]> Read(string path)
    {
        if (KindOf(path) is not { } kind) throw new InputException($"{path}: must end in .csv or .jsonl, as `fastloss train --log` writes it");
        using InputFile file = InputFile.Open(path);
        string text = Encoding.UTF8.GetString(file.ReadBytes(MostBytes)).TrimStart('\uFEFF');
        if (!file.IsAtEnd()) throw new InputException($"{path}: is longer than {MostBytes} bytes, which no log is");
        List<double[]> rows = [];
        int number = 0;
        StringReader lines = new(text);
        while (lines.ReadLine() is { } line)
        {
            number++;
            if (number == 1 && kind == ".csv")
            {
                if (line != string.Join(',', Names)) throw new InputException($"{path}: line 1 is not {string.Join(',', Names)}");
                continue;
            }

            if (line.Trim().Length == 0) continue;
            double[]? row = kind == ".csv" ? OfRow(line) : OfObject(line);
            if (row is null) throw new InputException($"{path}: line {number} is no epoch of numbers: {Short(line)}");
            if (Wrong(row) is { } wrong) throw new InputException($"{path}: line {number}: {wrong}: {Short(line)}");
            if (rows.Count > 0 && row[0] <= rows[^1][0]) throw new InputException($"{path}: line {number} is not an epoch after the one before: {Short(line)}");
            rows.Add(row);
        }

        return rows.Count > 0 ? rows : throw new InputException($"{path}: holds no epoch");
    }

    /// <summary>What no training writes; null where all may be.</summary>
    private static string? Wrong(double[] row)
    {
        if (!(row[0] >= 0 && row[0] <= int.MaxValue && Math.Truncate(row[0]) == row[0])) return $"its epoch is no number from 0 to {int.MaxValue}";
        if (row.Skip(3).All(double.IsNaN)) return "it has no score";
        for (int i = 1; i < row.Length; i++)
        {
            if (double.IsInfinity(row[i]) || (row[i] < 0 && i < 3)) return string.Create(CultureInfo.InvariantCulture, $"its {Names[i]} is {row[i]}");
            if (Names[i].EndsWith("accuracy", StringComparison.Ordinal) && (row[i] < 0 || row[i] > 1))
                return string.Create(CultureInfo.InvariantCulture, $"its {Names[i]} is {row[i]}, no share");
        }

        return null;
    }

    private static string Short(string line) => line.Length <= 60 ? line : line[..60] + "...";

    private static double[]? OfRow(string line)
    {
        string[] cells = line.Split(',');
        if (cells.Length != Names.Length) return null;
        double[] row = new double[cells.Length];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = double.NaN;
            if (cells[i].Length > 0 && !double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out row[i])) return null;
        }

        return row;
    }

    private static double[]? OfObject(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line, new() { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            double[] row = new double[Names.Length];
            for (int i = 0; i < row.Length; i++)
                row[i] = document.RootElement.TryGetProperty(Names[i], out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;
            return row;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Row(EpochScore score) => string.Join(',', Values(score).Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? ""));

    private static string Object(EpochScore score)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            foreach ((string name, double? value) in Names.Zip(Values(score)))
            {
                // JSON has no NaN.
                if (value is { } number && double.IsFinite(number)) writer.WriteNumber(name, number);
                else if (value is not null) writer.WriteNull(name);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static IEnumerable<double?> Values(EpochScore score) =>
    [
        score.Epoch, score.LearningRate, Math.Round(score.Seconds, 3), score.Train.Loss.Mean, score.Train.Accuracy.Value,
        score.Validation?.Loss.Mean, score.Validation?.Accuracy.Value, score.Test.Loss.Mean, score.Test.Accuracy.Value,
    ];
}
