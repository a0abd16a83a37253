using System.CommandLine;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>The options that decide a training's numbers, and the one that decides its time alone.</summary>
internal sealed class TrainingOptionSet
{
    private static readonly TrainingOptions s_usual = new();

    private readonly Option<IReadOnlyList<int>?> _hidden = Options.Layers(
        "--hidden", "Units of each hidden layer, as in 200 or 200,100, or none for a linear classifier.", s_usual.Hidden, 65_536);

    private readonly Option<int?> _epochs = Options.Count("--epochs", "Passes over the training images.", s_usual.Epochs, 1_000_000);
    private readonly Option<int?> _batch = Options.Count("--batch", "Images of a mini-batch.", s_usual.Batch, 1_000_000);
    private readonly Option<float?> _rate = Options.Positive(
        "--learning-rate", "How far a step goes along the gradient. [default: 1; 0.1 with momentum, 0.05 for adagrad, 0.001 for rmsprop and adam]", null);

    private readonly Option<GradientMode?> _gradient = Options.Choice(
        "--gradient", "By backpropagation, or by central differences of each weight or of each unit's sum.", s_usual.Gradient);

    private readonly Option<HiddenActivation?> _activation = Options.Choice("--activation", "The hidden layers' nonlinearity.", s_usual.Activation);
    private readonly Option<OptimizerKind?> _optimizer = Options.Choice("--optimizer", "What is made of the gradient.", s_usual.Optimizer);
    private readonly Option<float?> _decay = Options.NotNegative("--weight-decay", "How much weights are drawn to 0.", s_usual.WeightDecay);
    private readonly Option<ScheduleKind?> _schedule = Options.Choice(
        "--schedule", "How the learning rate falls over the training: not, to 0 along a line or half a cosine, or to a tenth at each third.", s_usual.Schedule);

    private readonly Option<int?> _warmUp = Options.Count("--warm-up", "Epochs over which the learning rate rises from 0.", 0, 1_000_000, least: 0);
    private readonly Option<float?> _clip = Options.Positive("--clip-norm", "Gradients of a larger norm are shortened to it.", null);
    private readonly Option<double?> _validation = Options.Share("--validation", "The share of each class of the training images held back to choose by.");
    private readonly Option<int?> _patience = Options.Count(
        "--early-stopping", "Ends after so many epochs without a better validation loss, with the network of the best.", null, 1_000_000);

    private readonly Option<ulong?> _seed = Options.Seed(
        "--seed", "Draws weights, batches and splits; the same seed prints the same numbers on every machine.", s_usual.Seed);

    private readonly Option<int?> _threads = Options.Threads();

    public void AddTo(Command command)
    {
        AddStepsTo(command);
        foreach (Option option in (Option[])[_epochs, _rate, _schedule, _warmUp, _validation, _patience]) command.Add(option);
    }

    /// <summary>Those alone that say what a step is, not how many there are and how long.</summary>
    public void AddStepsTo(Command command)
    {
        foreach (Option option in (Option[])[_hidden, _batch, _gradient, _activation, _optimizer, _decay, _clip, _seed, _threads]) command.Add(option);
    }

    /// <exception cref="InputException">Two options do not go together.</exception>
    public TrainingOptions Of(ParseResult parsed)
    {
        var options = new TrainingOptions
        {
            Hidden = parsed.GetValue(_hidden) ?? s_usual.Hidden,
            Epochs = parsed.GetValue(_epochs) ?? s_usual.Epochs,
            Batch = parsed.GetValue(_batch) ?? s_usual.Batch,
            LearningRate = parsed.GetValue(_rate),
            Gradient = parsed.GetValue(_gradient) ?? s_usual.Gradient,
            Activation = parsed.GetValue(_activation) ?? s_usual.Activation,
            Optimizer = parsed.GetValue(_optimizer) ?? s_usual.Optimizer,
            WeightDecay = parsed.GetValue(_decay) ?? s_usual.WeightDecay,
            Schedule = parsed.GetValue(_schedule) ?? s_usual.Schedule,
            WarmUp = parsed.GetValue(_warmUp) ?? s_usual.WarmUp,
            ClipNorm = parsed.GetValue(_clip),
            Validation = parsed.GetValue(_validation) ?? s_usual.Validation,
            Patience = parsed.GetValue(_patience),
            Seed = parsed.GetValue(_seed) ?? s_usual.Seed,
            Threads = parsed.GetValue(_threads) is { } threads and > 0 ? threads : -1,
        };
        if (options.Patience is { } patience && options.Validation == 0)
            throw new InputException($"--early-stopping {patience}: needs images to judge by; --validation 0.1 holds a tenth back");
        if (options.WarmUp >= options.Epochs) throw new InputException($"--warm-up {options.WarmUp}: must be less than the {options.Epochs} --epochs");
        return options;
    }
}
