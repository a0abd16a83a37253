using System.CommandLine;
using System.Text;
using FastLoss.Cli.Data;
using FastLoss.Cli.Explaining;
using FastLoss.Cli.Files;
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
        PageOptions page = new(name);
        Command command = new(name, description) { seed };
        data.AddTo(command);
        page.AddTo(command);
        command.SetAction(parsed =>
        {
            DataSource source = data.Of(parsed);
            OutputFile? report = page.Of(parsed, DataSets.FilesOf(source));
            ulong drawn = parsed.GetValue(seed) ?? usual;
            Finish(explain(DataSets.Load(source, drawn), drawn), report, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static Command Differentiation()
    {
        PageOptions page = new("differentiation");
        Command command = new("differentiation", "The error of forward and central differences by their step, in float and double.");
        page.AddTo(command);
        command.SetAction(parsed => Finish(DifferenceErrors.Of(), page.Of(parsed, []), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Finish(Explanation explanation, OutputFile? report, TextWriter output)
    {
        explanation.Write(output);
        if (report is null) return;
        report.Write(Encoding.UTF8.GetBytes(explanation.Page()));
        output.WriteLine($"{"report",-15} {report.FullPath}");
    }

    /// <summary>Where the page goes, or that there is none.</summary>
    private sealed class PageOptions(string name)
    {
        private readonly Option<string> _output = Options.File("--output", $"Where the page goes. [default: explain-{name}.html]");

        private readonly Option<bool> _noReport = new("--no-report") { Description = "Write no page." };

        public void AddTo(Command command)
        {
            command.Add(_output);
            command.Add(_noReport);
        }

        public OutputFile? Of(ParseResult parsed, IEnumerable<string> inputs)
        {
            string? file = parsed.GetValue(_output);
            if (parsed.GetValue(_noReport)) return file is null ? null : throw new InputException($"--no-report and --output {file} exclude each other");
            OutputFile report = new("--output", file ?? $"explain-{name}.html");
            OutputFile.RefuseCollisions([report], inputs);
            return report;
        }
    }
}
