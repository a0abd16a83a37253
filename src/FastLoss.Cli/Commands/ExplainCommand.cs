using System.CommandLine;
using FastLoss.Cli.Data;
using FastLoss.Cli.Explaining;
using FastLoss.Cli.Files;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss explain`: why a loss and not the accuracy, which step a difference takes, what more images do; by figures and a page.</summary>
internal static class ExplainCommand
{
    public static Command Create() => new("explain", "Show on real numbers why training works as it does, with a page of plots.")
    {
        OnData("accuracy", "Move one weight of a trained network: the loss is smooth, the accuracy a staircase.", AccuracyStaircase.Of),
        Differentiation(),
        OnData("overfitting", "Train on more and more images: loss and accuracy on them and on the test.", TrainingSizes.Of),
    };

    private static Command OnData(string name, string description, Func<DataSet, ulong, Explanation> explain)
    {
        DataOptions data = new();
        ulong usual = new TrainingOptions().Seed;
        Option<ulong?> seed = Options.Seed("--seed", "Draws weights, batches and splits; the same seed prints the same numbers on every machine.", usual);
        PageOptions page = new($"explain-{name}.html");
        Command command = new(name, description) { seed };
        data.AddTo(command);
        page.AddTo(command);
        command.SetAction(parsed =>
        {
            DataSource source = data.Of(parsed);
            OutputFile? report = page.Alone(parsed, DataSets.FilesOf(source));
            ulong drawn = parsed.GetValue(seed) ?? usual;
            Finish(explain(DataSets.Load(source, drawn), drawn), report, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static Command Differentiation()
    {
        PageOptions page = new("explain-differentiation.html");
        Command command = new("differentiation", "The error of forward and central differences by their step, in float and double.");
        page.AddTo(command);
        command.SetAction(parsed =>
        {
            OutputFile? report = page.Alone(parsed, []);
            Finish(DifferenceErrors.Of(), report, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Finish(Explanation explanation, OutputFile? report, TextWriter output)
    {
        explanation.Write(output);
        if (report is null) return;
        report.Write(explanation.Page());
        Columns.WriteFact(output, "report", report.FullPath);
    }
}
