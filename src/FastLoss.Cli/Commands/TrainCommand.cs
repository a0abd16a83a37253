using System.CommandLine;
using System.Diagnostics;
using System.Text;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;
using Spectre.Console;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss train`: images in, a trained and tested network and a report out.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var defaults = new TrainingOptions();
        Option<string> data = Options.Data();
        Option<int?> hidden = Options.Count("--hidden", "Units of the hidden layer.", defaults.Hidden, 65_536);
        Option<int?> epochs = Options.Count("--epochs", "Passes over the training images.", defaults.Epochs, 1_000_000);
        Option<int?> batch = Options.Count("--batch", "Images of a mini-batch.", defaults.Batch, 1_000_000);
        Option<float?> rate = Options.Positive("--learning-rate", "How far a step goes along the gradient.", defaults.LearningRate);
        Option<GradientMode?> gradient = Options.Choice("--gradient", "By backpropagation, or by central differences.", defaults.Gradient);
        Option<HiddenActivation?> activation = Options.Choice("--activation", "The hidden layer's nonlinearity.", defaults.Activation);
        Option<ulong?> seed = Options.Seed(
            "--seed", "Draws weights, batches and splits; the same seed prints the same numbers on every machine.", defaults.Seed);
        Option<string> output = Options.File("--output", "Where the report goes, a self-contained page.");
        output.DefaultValueFactory = _ => "report.html";
        Option<string> save = Options.File("--save", "Where the trained network goes, for `fastloss eval`.");

        Command command = new("train", "Train the two-layer network on images, test it, and write a report.")
        {
            data, hidden, epochs, batch, rate, gradient, activation, seed, output, save,
        };
        command.SetAction(parsed =>
        {
            var options = new TrainingOptions
            {
                Hidden = parsed.GetValue(hidden) ?? defaults.Hidden,
                Epochs = parsed.GetValue(epochs) ?? defaults.Epochs,
                Batch = parsed.GetValue(batch) ?? defaults.Batch,
                LearningRate = parsed.GetValue(rate) ?? defaults.LearningRate,
                Gradient = parsed.GetValue(gradient) ?? defaults.Gradient,
                Activation = parsed.GetValue(activation) ?? defaults.Activation,
                Seed = parsed.GetValue(seed) ?? defaults.Seed,
            };
            string? model = parsed.GetValue(save);
            Run(
                parsed.GetRequiredValue(data),
                options,
                new OutputFile("--output", parsed.GetRequiredValue(output)),
                model is null ? null : new OutputFile("--save", model),
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(string source, TrainingOptions options, OutputFile report, OutputFile? model, TextWriter output)
    {
        long start = Stopwatch.GetTimestamp();
        DataSet data = DataSets.Load(source, options.Seed);
        (string Name, string Value)[] opening =
        [
            ("data", Lines.Data(data)),
            ("network", Lines.Network(Trainer.ShapeFor(data, options), options.Activation)),
            ("training", Lines.Training(options)),
        ];
        Write(output, opening);

        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        TrainingResult result = isTerminal
            ? LiveProgress.Run(AnsiConsole.Console, options.Epochs, progress => Trainer.Train(data, options, progress))
            : Trainer.Train(data, options, new PlainProgress(output, options.Epochs));

        string gradients = GradientComparison.Of(result.Network, data.Train, options.Seed);
        (string, string)[] closing = [.. Lines.Closing(result, gradients, Stopwatch.GetElapsedTime(start))];
        model?.Write(ModelFile.Encode(result.Network, options.Seed));
        report.Write(Encoding.UTF8.GetBytes(HtmlReport.Compose(data, result, [.. opening, .. closing])));
        Write(output, closing);
        if (model is not null) Write(output, [("model", model.FullPath)]);
        Write(output, [("report", report.FullPath)]);
    }

    private static void Write(TextWriter output, IEnumerable<(string Name, string Value)> facts)
    {
        foreach ((string name, string value) in facts) output.WriteLine($"{name,-15} {value}");
    }
}
