using System.CommandLine;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss train`: images in, a trained and tested network and a report out.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var defaults = new TrainingOptions();
        DataOptions data = new();
        Option<int?> hidden = Options.Count("--hidden", "Units of the hidden layer.", defaults.Hidden, 65_536);
        Option<int?> epochs = Options.Count("--epochs", "Passes over the training images.", defaults.Epochs, 1_000_000);
        Option<int?> batch = Options.Count("--batch", "Images of a mini-batch.", defaults.Batch, 1_000_000);
        Option<float?> rate = Options.Positive("--learning-rate", "How far a step goes along the gradient.", defaults.LearningRate);
        Option<GradientMode?> gradient = Options.Choice("--gradient", "By backpropagation, or by central differences.", defaults.Gradient);
        Option<HiddenActivation?> activation = Options.Choice("--activation", "The hidden layer's nonlinearity.", defaults.Activation);
        Option<ulong?> seed = Options.Seed(
            "--seed", "Draws weights, batches and splits; the same seed prints the same numbers on every machine.", defaults.Seed);
        Option<string> output = Options.File("--output", "Where the report goes, a self-contained page. [default: report.html]");
        Option<bool> noReport = new("--no-report") { Description = "Write no report." };
        Option<string> save = Options.File("--save", "Where the trained network goes, for `fastloss eval`.");
        Option<bool> noCheck = new("--no-check") { Description = "Do not check the trained network's gradient." };

        Command command = new("train", "Train the two-layer network on images, test it, and write a report.")
        {
            hidden, epochs, batch, rate, gradient, activation, seed, output, noReport, save, noCheck,
        };
        data.AddTo(command);
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
            DataSource source = data.Of(parsed);
            string? page = parsed.GetValue(output), model = parsed.GetValue(save);
            bool isSilent = parsed.GetValue(noReport);
            if (isSilent && page is not null) throw new InputException($"--no-report and --output {page} exclude each other");
            OutputFile? report = isSilent ? null : new("--output", page ?? "report.html");
            OutputFile? saved = model is null ? null : new("--save", model);
            OutputFile.RefuseCollisions([.. new[] { report, saved }.OfType<OutputFile>()], DataSets.FilesOf(source));
            new TrainingRun(source, options, parsed.InvocationConfiguration.Output) { Report = report, Model = saved, IsChecked = !parsed.GetValue(noCheck) }.Run();
        });
        return command;
    }
}
