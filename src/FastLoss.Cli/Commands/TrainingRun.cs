using System.Diagnostics;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Models;
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

    /// <summary>The call, as it was typed.</summary>
    public string Command { get; init; } = "";

    /// <summary>Where the network goes; nowhere if null.</summary>
    public OutputFile? Saved { get; init; }

    /// <summary>Whether the trained network's gradient is checked.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Keeps the training's state and its log, where they are to be kept.</summary>
    public TrainingKeeper Keeper { get; init; } = new(null, null);

    /// <summary>Whether it goes on from the state that is kept.</summary>
    public bool IsResumed { get; init; }

    /// <summary>How many parts are cross-validated before; 0: none.</summary>
    public int Folds { get; init; }

    private bool IsTerminal => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    /// <exception cref="RunException">It ran to its end, and what it came to is of no use.</exception>
    public void Run()
    {
        long start = Stopwatch.GetTimestamp();
        DataSet whole = DataSets.Load(source, options.Seed), data = whole.WithValidation(options.Validation, options.Seed);
        TrainingMemory memory = TrainingMemory.Require(data, options);
        using TrainingKeeper keeper = Keeper;
        keeper.Begin(data, options, state => Described(data, state.Network));
        TrainingState? state = IsResumed ? keeper.Resume(data) : null;
        if (Folds > 0) CrossValidation.Require(whole, Folds);
        keeper.Events?.Open();
        Tell("data", Lines.Data(data));
        Tell("network", Lines.Network(Trainer.ShapeFor(data, options), options.Activation));
        Tell("training", Lines.Training(options));
        if (IsResumed) Tell("resumed", Resumed(state));
        if (Folds > 0) CrossValidate(whole);
        keeper.Listen();

        TrainingResult result = Train(data, memory, keeper, state);
        keeper.Dispose(); // what is interrupted from here on ends as any program does
        foreach ((string name, string value) in Lines.Training(result)) Tell(name, value);
        Certify(data, result);
        Save(data, result);
        GradientFinding gradients = Check(data, result, memory);
        Tell("gradient check", gradients.Text);
        Tell("elapsed", Lines.Elapsed(result, Stopwatch.GetElapsedTime(start)));
        if (Report is not null)
        {
            Report.Write(HtmlReport.Compose(data, result, [("command", Command), ("version", Tool.Version), .. _facts]));
            Tell("report", Report.FullPath);
        }

        if (result.Outcome.Kind == OutcomeKind.Diverged)
            throw new RunException($"training diverged: {result.Outcome.Text["DIVERGED: ".Length..]}");
        if (gradients.Failed) throw new RunException($"the gradient check failed: {gradients.Text}");
    }

    private TrainingResult Train(DataSet data, TrainingMemory memory, TrainingKeeper keeper, TrainingState? state)
    {
        foreach (EpochScore score in state?.Scores ?? []) output.WriteLine(Lines.Epoch(score, options.Epochs));
        try
        {
            return IsTerminal
                ? LiveProgress.Run(AnsiConsole.Console, options.Epochs, progress => Trainer.Train(data, options, progress, keeper, state))
                : Trainer.Train(data, options, new PlainProgress(output, options.Epochs), keeper, state);
        }
        catch (TrainingStopped)
        {
            throw new RunException($"interrupted; {keeper.Checkpoint!.FullPath} has the state, and the same command with --resume goes on from it");
        }
        catch (OutOfMemoryException)
        {
            throw new RunException($"the training needs {Memory.Text(memory.Bytes)} of memory, which others have taken; a smaller --hidden or --batch may help");
        }
    }

    private static string Resumed(TrainingState? state) => state is null
        ? "there is no checkpoint yet: from the beginning"
        : state.Batch == 0 ? $"after epoch {state.Epoch}" : $"after epoch {state.Epoch} and {state.Batch} batches";

    private void CrossValidate(DataSet whole)
    {
        List<double> accuracies = [];
        foreach ((Score score, string? broken) in CrossValidation.Run(whole, Folds, options))
        {
            Tell($"fold {accuracies.Count + 1} of {Folds}", broken is null ? Lines.Of(score) : $"DIVERGED: {broken}");
            accuracies.Add(broken is null ? score.Accuracy.Value : double.NaN);
        }

        double mean = accuracies.Average(), deviation = Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / (Folds - 1));
        Tell("folds", FormattableString.Invariant($"accuracy {mean:F4}, standard deviation {deviation:F4}"));
    }

    /// <summary>The same on every machine, with any number of threads, and however often it was resumed.</summary>
    private void Certify(DataSet data, TrainingResult result)
    {
        float[] logits = new float[data.Test.Count * data.ClassCount];
        result.Network.Logits(data.Test.Pixels, logits);
        Tell("sha256", $"{ModelFile.Hash(result.Network.Parameters)} of the parameters");
        Tell("sha256", $"{ModelFile.Hash(logits)} of the test images' logits");
    }

    private Model Described(DataSet data, Network<float> network) => new(network, options.Seed)
    {
        ClassNames = data.ClassNames,
        Data = data.Name,
        Width = data.Train.Width,
        Height = data.Train.Height,
        Scaling = data.Scaling,
    };

    private void Save(DataSet data, TrainingResult result)
    {
        if (Saved is null) return;
        string? refusal = result.Broken is not null ? "its loss is not finite"
            : !ModelFile.IsFinite(result.Network.Parameters) ? "its weights are not finite"
            : null;
        if (refusal is not null)
        {
            Tell("model", $"not saved: {refusal}");
            return;
        }

        Saved.Write(stream => ModelFile.Write(stream, Described(data, result.Network)));
        Tell("model", Saved.FullPath);
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
        Reporting.Columns.WriteFact(output, name, value);
    }
}
