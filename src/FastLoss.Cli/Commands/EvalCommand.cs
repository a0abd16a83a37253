using System.CommandLine;
using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss eval`: what a saved network makes of a data set, as a whole and class by class, and how well it knows what it knows.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        Option<string> model = Options.File("--model", "The network, as `fastloss train --save` wrote it.");
        model.Required = true;
        DataOptions data = new();
        Option<string> output = Options.File("--output", "Where a report goes, a self-contained page; none if not given.");
        Option<float?> largest = Options.Positive("--largest", "What a white pixel is in a CSV file, for a network that was trained on pictures.", 255);
        Option<string> json = Options.File("--json", "Where the numbers go, as JSON.");
        Command command = new("eval", "Test a saved network on images: confusions, precision, recall and calibration.") { model, output, json, largest };
        data.AddTestTo(command);
        command.SetAction(parsed =>
        {
            string network = parsed.GetRequiredValue(model);
            DataSource source = data.Of(parsed);
            OutputFile? page = parsed.GetValue(output) is { } report ? new("--output", report) : null;
            OutputFile? numbers = parsed.GetValue(json) is { } file ? new("--json", file) : null;
            OutputFile.RefuseCollisions([.. new[] { page, numbers }.OfType<OutputFile>()], [.. DataSets.FilesOf(source), .. string.IsNullOrWhiteSpace(network) ? [] : (string[])[network]]);
            Run(network, source, parsed.GetValue(largest), page, numbers, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(string model, DataSource source, float? largest, OutputFile? page, OutputFile? numbers, TextWriter output)
    {
        (IClassifier classifier, ulong seed) = NetworkClassifier.Read(model);
        if (largest is { } said && (classifier.Scaling is not null || !CsvSet.IsNamed(source.Name)))
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"--largest {said}: is for CSV files and a network that was trained on pictures"));
        double white = largest ?? 255;
        DataSet data = DataSets.Load(source with { Fitted = new(classifier.Scaling, classifier.InputCount, classifier.ClassNames, white) }, seed);
        double lightest = Math.Max(data.Test.Pixels.Max(), data.Train.Pixels.Append(0).Max());
        if (classifier.InputCount != data.Test.PixelCount || classifier.ClassCount < data.ClassCount)
        {
            throw new InputException(
                $"{model}: is for images of {classifier.InputCount} pixels in {classifier.ClassCount} classes; {source} has {data.Test.Width}x{data.Test.Height} = {data.Test.PixelCount} pixels and {data.ClassCount} classes");
        }

        // A network may have classes that the data has not; it takes images for them all the same.
        string[] names = [.. data.ClassNames, .. Enumerable.Range(data.ClassCount, classifier.ClassCount - data.ClassCount).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        var report = new EvaluationReport(data, names, data.Train.Count > 0 ? Evaluation.Of(classifier, data.Train) : null, Evaluation.Of(classifier, data.Test));
        ConfusionMatrix confusion = report.Test.Confusion;
        (string Name, string Value)[] facts =
        [
            ("data", Lines.Data(data)),
            ("network", classifier.Description),
            .. classifier.Scaling is null && data.Scaling is not null && lightest < 0.5
                ? [("pixels", string.Create(CultureInfo.InvariantCulture, $"DARK: the largest is {lightest * white:g4}, where {white:g4} is white; --largest says otherwise"))]
                : Array.Empty<(string, string)>(),
            .. report.Train is { } train ? [("train", Lines.Of(train.Score))] : Array.Empty<(string, string)>(),
            ("test", Lines.Of(report.Test.Score)),
            ("calibration", EvaluationTables.Calibration(report.Test.Calibration)),
            ("confusions", EvaluationTables.Confusions(confusion, names)),
        ];
        int width = Columns.Width(output);
        Columns.WriteFacts(output, facts);

        output.WriteLine();
        EvaluationTables.Classes(confusion, names).Write(output, width);
        if (names.Length <= EvaluationTables.MostClasses)
        {
            output.WriteLine();
            EvaluationTables.Confusion(confusion, names).Write(output, width);
        }

        page?.Write(report.Page(facts));
        numbers?.Write(report.Json(model));
        if (page is not null || numbers is not null) output.WriteLine();
        if (page is not null) Columns.WriteFact(output, "report", page.FullPath);
        if (numbers is not null) Columns.WriteFact(output, "json", numbers.FullPath);
    }
}
