using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss predict`: what a saved network takes one's own pictures for.</summary>
internal static class PredictCommand
{
    /// <summary>The class and the next two.</summary>
    private const int Shown = 3;

    private const int LongestName = 32;

    public static Command Create()
    {
        Option<string> model = Options.File("--model", "The network, as `fastloss train --save` wrote it.");
        model.Required = true;
        Argument<string[]> files = new("files") { Description = "PNG pictures, IDX files of images, CSV files of a picture a line.", Arity = ArgumentArity.OneOrMore };
        Option<string> size = new("--size") { Description = "What the model expects. [default: what it was trained on]", HelpName = "WIDTHxHEIGHT" };
        Option<bool> resize = new("--resize") { Description = "Scale pictures of another size, their shape kept; what is left over is black." };
        Option<bool> invert = new("--invert") { Description = "Light for dark: pictures of dark ink on paper, for a network that learned light ink on black as MNIST's." };
        Option<float?> largest = Options.Positive("--largest", "What a white pixel is in a CSV file.", 255);
        Option<string> label = new("--label-column") { Description = "A column of a CSV file that is none of the picture's.", HelpName = "name or number from 1" };
        Option<bool> json = new("--json") { Description = "Print JSON instead of a table." };
        Command command = new("predict", "Say what a saved network takes pictures for.") { model, files, size, resize, invert, largest, label, json };
        command.SetAction(parsed =>
        {
            (IClassifier classifier, _) = NetworkClassifier.Read(parsed.GetRequiredValue(model));
            if (classifier.Scaling is { Kind: not ScalingKind.Pixels }) RefusePictures(parsed.GetValue(size), parsed.GetValue(resize), parsed.GetValue(invert));
            if (classifier.Scaling is not null && parsed.GetValue(largest) is { } white) throw new InputException(string.Create(CultureInfo.InvariantCulture, $"--largest {white}: the network knows how the table's values were scaled that it was trained on"));
            (int width, int height) = Size(parsed.GetValue(size), classifier);
            string? column = parsed.GetValue(label);
            if (column is not null && string.IsNullOrWhiteSpace(column)) throw new InputException("--label-column names no column");
            var options = new PictureOptions(width, height)
            {
                IsResized = parsed.GetValue(resize),
                IsInverted = parsed.GetValue(invert),
                Largest = parsed.GetValue(largest) ?? 255,
                LabelColumn = column,
                Scaling = classifier.Scaling,
            };
            Run(classifier, parsed.GetRequiredValue(files), options, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    /// <summary>What is of pictures means nothing to a network of a table's rows.</summary>
    private static void RefusePictures(string? size, bool isResized, bool isInverted)
    {
        string? option = size is not null ? $"--size {size}" : isResized ? "--resize" : isInverted ? "--invert" : null;
        if (option is not null) throw new InputException($"{option}: the network was trained on the rows of a table, which are no pictures");
    }

    private static void Run(IClassifier classifier, string[] files, PictureOptions options, bool isJson, TextWriter output)
    {
        (Images images, IReadOnlyList<(string File, int? Number)> names) = PictureFiles.Read(files, options);
        IReadOnlyList<Ranked[]> ranking = Ranking.Of(classifier, images, Shown);
        if (isJson)
        {
            output.Write(Encoding.UTF8.GetString(JsonText.Of(json => Write(json, classifier, names, ranking))));
            return;
        }

        new TextTable(
            ["picture", "class", "probability", "next", "", "then", ""],
            [.. names.Zip(ranking, (name, ranked) => (IReadOnlyList<string>)[Said(name), .. Cells(classifier, ranked)])]).Write(output, Columns.Width(output));
        if (options.Scaling is null) Warn(images, options, output);
    }

    private static IEnumerable<string> Cells(IClassifier classifier, Ranked[] ranked)
    {
        for (int i = 0; i < Shown; i++)
        {
            yield return i < ranked.Length ? NameOf(classifier, ranked[i].Class) : i == 0 ? "nothing" : "";
            yield return i < ranked.Length ? ranked[i].Probability.ToString("F4", CultureInfo.InvariantCulture) : "";
        }
    }

    /// <summary>What nearly everyone stumbles over who shows a network of MNIST's digits a photograph.</summary>
    private static void Warn(Images images, PictureOptions options, TextWriter output)
    {
        int light = Enumerable.Range(0, images.Count).Count(i => GreyImage.Edge(images[i], images.Width, images.Height) > 0.5);
        if (light == 0) return;
        string text = $"{light} of {images.Count} pictures are light at their edges{(options.IsInverted ? " after --invert" : "")}. A network that learned light ink on black, as MNIST's and Fashion-MNIST's, takes such a background for ink: {(options.IsInverted ? "leave --invert out" : "use --invert")} if yours did.";
        foreach (string line in Columns.Wrap(text, Columns.Width(output))) output.WriteLine(line);
    }

    private static void Write(Utf8JsonWriter json, IClassifier classifier, IReadOnlyList<(string File, int? Number)> names, IReadOnlyList<Ranked[]> ranking)
    {
        json.WriteStartArray();
        for (int i = 0; i < names.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("file", names[i].File);
            if (names[i].Number is { } number) json.WriteNumber("number", number);
            json.WriteStartArray("classes");
            foreach (Ranked ranked in ranking[i])
            {
                json.WriteStartObject();
                json.WriteNumber("class", ranked.Class);
                json.WriteString("name", NameOf(classifier, ranked.Class));
                json.Number("probability", ranked.Probability);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string NameOf(IClassifier classifier, int c) =>
        classifier.ClassNames is { } names && c < names.Count ? names[c] : c.ToString(CultureInfo.InvariantCulture);

    /// <summary>The end of a long path: that is where pictures differ.</summary>
    private static string Said((string File, int? Number) name)
    {
        string text = name.Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name.File} {number}") : name.File;
        return text.Length <= LongestName ? text : "..." + text[^(LongestName - 3)..];
    }

    private static (int Width, int Height) Size(string? said, IClassifier classifier)
    {
        int pixels = classifier.InputCount;
        if (said is null && classifier.Size.Width > 0) return classifier.Size;
        if (said is null) return FeatureScaling.Side(pixels) is { } side ? (side, side) : (pixels, 1);
        string[] parts = said.Split('x');
        if (parts.Length == 2 && Side(parts[0]) is { } width && Side(parts[1]) is { } height)
        {
            return (long)width * height == pixels
                ? (width, height)
                : throw new InputException($"--size {said}: is {(long)width * height} pixels; the model expects {pixels}");
        }

        throw new InputException($"--size is {said}; it must be a width and a height in pixels, as 28x28.");

        static int? Side(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side > 0 ? side : null;
    }
}
