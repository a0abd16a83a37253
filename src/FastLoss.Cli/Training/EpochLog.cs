using System.Globalization;
using System.Text;
using System.Text.Json;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Training;

/// <summary>A line for each epoch, as a table (.csv) or as JSON lines (.jsonl). The file is whole after each epoch: it is written anew, a few kilobytes.</summary>
internal static class EpochLog
{
    private static readonly string[] s_names =
    [
        "epoch", "learning_rate", "seconds", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "test_loss", "test_accuracy",
    ];

    /// <summary>The kind of file a name asks for; null: neither.</summary>
    public static string? KindOf(string path) => Path.GetExtension(path) is ".csv" or ".jsonl" ? Path.GetExtension(path) : null;

    public static void Write(OutputFile file, IReadOnlyList<EpochScore> scores)
    {
        StringBuilder text = new();
        bool isTable = KindOf(file.FullPath) == ".csv";
        if (isTable) text.AppendJoin(',', s_names).Append('\n');
        foreach (EpochScore score in scores) text.Append(isTable ? Row(score) : Object(score)).Append('\n');
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Row(EpochScore score) => string.Join(',', Values(score).Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? ""));

    private static string Object(EpochScore score)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            foreach ((string name, double? value) in s_names.Zip(Values(score)))
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
