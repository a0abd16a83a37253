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
        Option<string> json = Options.File("--json", "Where the numbers go, as JSON.");
        Command command = new("eval", "Test a saved network on images: confusions, precision, recall and calibration.") { model, output, json };
        data.AddTestTo(command);
        command.SetAction(parsed =>
        {
            string network = parsed.GetRequiredValue(model);
            DataSource source = data.Of(parsed);
            OutputFile? page = parsed.GetValue(output) is { } report ? new("--output", report) : null;
            OutputFile? numbers = parsed.GetValue(json) is { } file ? new("--json", file) : null;
            OutputFile.RefuseCollisions([.. new[] { page, numbers }.OfType<OutputFile>()], [.. DataSets.FilesOf(source), .. string.IsNullOrWhiteSpace(network) ? [] : (string[])[network]]);
            Run(network, source, page, numbers, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(string model, DataSource source, OutputFile? page, OutputFile? numbers, TextWriter output)
    {
        (IClassifier classifier, ulong seed) = NetworkClassifier.Read(model);
        DataSet data = DataSets.Load(source with { Fitted = new(classifier.Scaling, classifier.InputCount, classifier.ClassNames) }, seed);
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
