using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Reporting;

/// <summary>The words and figures of a training. Only the line on time differs between machines.</summary>
internal static class Lines
{
    public static string Data(DataSet data)
    {
        string what = data.Train.Height == 1 && data.Scaling is not null
            ? Text($"rows of {data.Train.Width} features")
            : Text($"images, {data.Train.Width}x{data.Train.Height}");
        string scaling = data.Scaling is { } s ? $"; {s.Text}" : "";
        return Text($"{data.Name}: {data.Train.Count} training{Validation(data)} and {data.Test.Count} test {what}, {data.ClassCount} classes{scaling}");
    }

    private static string Validation(DataSet data) => data.Validation is { } images ? $", {images.Count} validation" : "";

    public static string Network(NetworkShape shape, HiddenActivation activation) => Text(
        $"{shape}, {Name(activation)}, {shape.ParameterCount} parameters");

    public static string Training(TrainingOptions options) => Text(
        $"{Name(options.Gradient)} gradient, batches of {options.Batch}, learning rate {options.Rate}, seed {options.Seed}{options.More()}");

    public static string Epoch(EpochScore score, int epochs)
    {
        string count = Text($"{epochs}"), epoch = Text($"{score.Epoch}").PadLeft(count.Length);
        string validation = score.Validation is { } held ? $"  validation {Of(held)}" : "";
        return $"epoch {epoch}/{count}  train {Of(score.Train)}{validation}  test {Of(score.Test)}";
    }

    public static string Of(Score score) => Text($"loss {Loss(score.Loss.Mean)} accuracy {score.Accuracy.Value:F4}");

    /// <summary>Four decimals, or four digits where the loss is so large that decimals are none of it.</summary>
    public static string Loss(double loss) =>
        Math.Abs(loss) < 1e6 ? Text($"{loss:F4}") : Text($"{loss:0.000e+0}");

    /// <summary>What the training comes to, as names and values.</summary>
    public static IEnumerable<(string Name, string Value)> Training(TrainingResult result)
    {
        yield return ("outcome", result.Outcome.Text);
        if (result.Broken is not null) yield break;
        AccuracyTally train = result.Chosen.Train.Accuracy, test = result.Chosen.Test.Accuracy;
        if (result.Chosen.Validation is { } held)
            yield return ("chosen", Text($"epoch {result.Epoch} of {result.Final.Epoch}, validation {Of(held)}"));
        yield return ("test accuracy", Text($"{test.Value:F4} ({test.Correct} of {test.Count})"));
        yield return ("overfit", new Overfit(train, test).ToString());
    }

    public static string Elapsed(TrainingResult result, TimeSpan elapsed) =>
        double.IsNaN(result.Rate)
            ? Text($"{elapsed.TotalSeconds:F1} s; no batch was left to train")
            : Text($"{elapsed.TotalSeconds:F1} s, training at {result.Rate:N0} images/s");

    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
