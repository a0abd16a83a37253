using System.Text;
using System.Text.Json;
using FastLoss.Cli.Data;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Reporting;

/// <summary>An evaluation as a page without any other file, and as JSON with the same numbers.</summary>
/// <param name="Data">What was tested on.</param>
/// <param name="Names">What all of the classifier's classes are called.</param>
/// <param name="Train">On the training images; null where there are none.</param>
/// <param name="Test">On the test images.</param>
internal sealed record EvaluationReport(DataSet Data, IReadOnlyList<string> Names, Evaluation? Train, Evaluation Test)
{
    public string Page(IEnumerable<(string Name, string Value)> facts)
    {
        var page = new StringBuilder(HtmlPage.Head(Data.Name)).Append(HtmlPage.Facts(facts));
        AppendTables(page, Names, Test);
        HtmlReport.AppendImages(page, Data with { ClassNames = Names }, Test.Predictions);
        return page.Append(HtmlPage.End).ToString();
    }

    /// <summary>The classes' scores, what is taken for what, and the calibration.</summary>
    public static void AppendTables(StringBuilder page, IReadOnlyList<string> names, Evaluation test)
    {
        page.Append("<h2>Classes</h2>\n").Append(HtmlPage.Of(EvaluationTables.Classes(test.Confusion, names)));
        if (names.Count <= EvaluationTables.MostOnPage)
        {
            page.Append("<h2>Confusions</h2>\n<p>A row for what test images are, a column for what they were taken for.</p>\n");
            page.Append(EvaluationTables.ConfusionHtml(test.Confusion, names));
        }

        page.Append("<h2>Calibration</h2>\n<p>Of images it is so sure of, how many it is right on: below the line it is surer than right.</p>\n<div class=\"plots\">\n");
        foreach (LinePlot plot in EvaluationTables.Plots(test.Calibration)) page.Append(plot.Svg()).Append('\n');
        page.Append("</div>\n");
    }

    public byte[] Json(string model) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteString("data", Data.Name);
        json.WriteStartArray("classNames");
        foreach (string name in Names) json.WriteStringValue(name);
        json.WriteEndArray();
        if (Train is not null) Write(json, "train", Train);
        Write(json, "test", Test);
        json.WriteEndObject();
    });

    private void Write(Utf8JsonWriter json, string name, Evaluation evaluation)
    {
        json.WriteStartObject(name);
        json.WriteNumber("images", evaluation.Accuracy.Count);
        json.WriteNumber("right", evaluation.Accuracy.Correct);
        json.Number("accuracy", evaluation.Accuracy.Value);
        json.Number("loss", evaluation.Loss.Mean);
        WriteScores(json, "mean", evaluation.Confusion.Macro());
        json.WriteStartArray("classes");
        for (int c = 0; c < Names.Count; c++) WriteScores(json, null, evaluation.Confusion.OfClass(c));
        json.WriteEndArray();
        json.WriteStartArray("confusion");
        for (int label = 0; label < Names.Count; label++)
        {
            json.WriteStartArray();
            for (int c = 0; c < Names.Count; c++) json.WriteNumberValue(evaluation.Confusion[label, c]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("unpredicted");
        foreach (long count in evaluation.Confusion.Unpredicted) json.WriteNumberValue(count);
        json.WriteEndArray();
        WriteCalibration(json, evaluation.Calibration);
        json.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter json, string? name, ClassificationScores scores)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteNumber("images", scores.Support);
        json.Number("precision", scores.Precision);
        json.Number("recall", scores.Recall);
        json.Number("f1", scores.F1);
        json.WriteEndObject();
    }

    private static void WriteCalibration(Utf8JsonWriter json, CalibrationTally calibration)
    {
        json.WriteStartObject("calibration");
        json.Number("expectedError", calibration.ExpectedError);
        json.Number("largestError", calibration.MaximumError);
        json.WriteStartArray("bins");
        for (int b = 0; b < calibration.BinCount; b++)
        {
            CalibrationBin bin = calibration[b];
            json.WriteStartObject();
            json.WriteNumber("images", bin.Count);
            json.WriteNumber("right", bin.Correct);
            json.Number("confidence", bin.MeanConfidence);
            json.Number("accuracy", bin.Accuracy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
