using System.Diagnostics;
using System.Text;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;
using Spectre.Console;

namespace FastLoss.Cli.Commands;

/// <summary>One training from its data to its report. What is dear is safe first: the network is saved before its gradient is checked.</summary>
internal sealed class TrainingRun(DataSource source, TrainingOptions options, TextWriter output)
{
    private readonly List<(string Name, string Value)> _facts = [];

    /// <summary>Where the report goes; none if null.</summary>
    public OutputFile? Report { get; init; }

    /// <summary>Where the network goes; nowhere if null.</summary>
    public OutputFile? Model { get; init; }

    /// <summary>Whether the trained network's gradient is checked.</summary>
    public bool IsChecked { get; init; }

    private bool IsTerminal => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    /// <exception cref="RunException">It ran to its end, and what it came to is of no use.</exception>
    public void Run()
    {
        long start = Stopwatch.GetTimestamp();
        DataSet data = DataSets.Load(source, options.Seed);
        TrainingMemory memory = TrainingMemory.Of(data, options);
        memory.Require($"a network {data.Train.PixelCount}-{options.Hidden}-{data.ClassCount}", options, Memory.Available);
        Tell("data", Lines.Data(data));
        Tell("network", Lines.Network(Trainer.ShapeFor(data, options), options.Activation));
        Tell("training", Lines.Training(options));

        TrainingResult result = Train(data, memory);
        foreach ((string name, string value) in Lines.Training(result)) Tell(name, value);
        Save(result);
        GradientFinding gradients = Check(data, result, memory);
        Tell("gradient check", gradients.Text);
        Tell("elapsed", Lines.Elapsed(result, Stopwatch.GetElapsedTime(start)));
        if (Report is not null)
        {
            Report.Write(Encoding.UTF8.GetBytes(HtmlReport.Compose(data, result, _facts)));
            Tell("report", Report.FullPath);
        }

        if (result.Outcome.Kind == OutcomeKind.Diverged)
            throw new RunException($"training diverged: {result.Outcome.Text["DIVERGED: ".Length..]}");
        if (gradients.Failed) throw new RunException($"the gradient check failed: {gradients.Text}");
    }

    private TrainingResult Train(DataSet data, TrainingMemory memory)
    {
        try
        {
            return IsTerminal
                ? LiveProgress.Run(AnsiConsole.Console, options.Epochs, progress => Trainer.Train(data, options, progress))
                : Trainer.Train(data, options, new PlainProgress(output, options.Epochs));
        }
        catch (OutOfMemoryException)
        {
            throw new RunException($"the training needs {Memory.Text(memory.Bytes)} of memory, which others have taken; a smaller --hidden or --batch may help");
        }
    }

    private void Save(TrainingResult result)
    {
        if (Model is null) return;
        string? refusal = result.Broken is not null ? "its loss is not finite"
            : !ModelFile.IsFinite(result.Network.Parameters) ? "its weights are not finite"
            : null;
        if (refusal is not null)
        {
            Tell("model", $"not saved: {refusal}");
            return;
        }

        Model.Write(stream => ModelFile.Write(stream, result.Network, options.Seed));
        Tell("model", Model.FullPath);
    }

    private GradientFinding Check(DataSet data, TrainingResult result, TrainingMemory memory)
    {
        if (!IsChecked) return new(false, "not done: --no-check");
        if (result.Broken is not null) return new(false, "not done: the loss is not finite");
        try
        {
            return IsTerminal ? LiveCheck.Run(AnsiConsole.Console, Of) : Of(null);
        }
        catch (OutOfMemoryException)
        {
            return new(false, $"not done: it needs {Memory.Text(memory.CheckBytes)} of memory, which others have taken");
        }

        GradientFinding Of(ICheckProgress? progress) =>
            GradientComparison.Of(result.Network, data.Train, options.Seed, memory.CheckBytes, Memory.Available, progress);
    }

    /// <summary>Shown at once, and in the report.</summary>
    private void Tell(string name, string value)
    {
        _facts.Add((name, value));
        output.WriteLine($"{name,-15} {value}");
    }
}
