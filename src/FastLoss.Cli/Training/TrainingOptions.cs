using System.Globalization;
using System.Text.Json.Serialization;

namespace FastLoss.Cli.Training;

internal enum GradientMode
{
    Analytic,
    Numerical,
    Nodes,
}

internal enum OptimizerKind
{
    Sgd,
    Momentum,
    Nesterov,
    AdaGrad,
    RmsProp,
    Adam,
    AdamW,
}

internal enum ScheduleKind
{
    Constant,
    Linear,
    Cosine,
    Step,
}

/// <summary>Everything that decides a training's numbers, beside the data; and how many threads make them, which decides nothing.</summary>
internal sealed record TrainingOptions
{
    /// <summary>Units of each hidden layer; none: a linear classifier.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [50];

    public int Epochs { get; init; } = 50;

    public int Batch { get; init; } = 100;

    /// <summary>Null: what is usual for the optimizer.</summary>
    public float? LearningRate { get; init; }

    public GradientMode Gradient { get; init; } = GradientMode.Analytic;

    public HiddenActivation Activation { get; init; } = HiddenActivation.Sigmoid;

    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    public float WeightDecay { get; init; }

    public ScheduleKind Schedule { get; init; } = ScheduleKind.Constant;

    /// <summary>Epochs over which the learning rate rises from 0.</summary>
    public int WarmUp { get; init; }

    /// <summary>The largest norm of a gradient; null: any.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>The share of each class of the training images held back to choose by; 0: none.</summary>
    public double Validation { get; init; }

    /// <summary>After how many epochs without a better validation loss the training ends, with the best network; null: never.</summary>
    public int? Patience { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <summary>0 or 1 the caller's alone, -1 one a processor.</summary>
    [JsonIgnore]
    public int Threads { get; init; } = -1;

    [JsonIgnore]
    public int ThreadCount => Threads < 0 ? Environment.ProcessorCount : Math.Max(1, Threads);

    [JsonIgnore]
    public float Rate => LearningRate ?? UsualRate(Optimizer);

    /// <summary>Numbers that the optimizer keeps of each parameter.</summary>
    [JsonIgnore]
    public int SlotCount => new Optimizer<float>(Rule(), 0).SlotCount;

    /// <summary>Numbers kept of each parameter beside itself and its gradient.</summary>
    [JsonIgnore]
    public int KeptPerParameter => SlotCount + (Patience is null ? 0 : 1);

    public static float UsualRate(OptimizerKind optimizer) => optimizer switch
    {
        OptimizerKind.Sgd => 1,
        OptimizerKind.Momentum or OptimizerKind.Nesterov => 0.1f,
        OptimizerKind.AdaGrad => 0.05f,
        _ => 0.001f,
    };

    public IOptimizer Rule() => Optimizer switch
    {
        OptimizerKind.Sgd => new Sgd { WeightDecay = WeightDecay },
        OptimizerKind.Momentum => new Sgd { Momentum = 0.9, WeightDecay = WeightDecay },
        OptimizerKind.Nesterov => new Sgd { Momentum = 0.9, Nesterov = true, WeightDecay = WeightDecay },
        OptimizerKind.AdaGrad => new AdaGrad { WeightDecay = WeightDecay },
        OptimizerKind.RmsProp => new RmsProp { WeightDecay = WeightDecay },
        OptimizerKind.Adam => new Adam { WeightDecay = WeightDecay },
        _ => new AdamW { WeightDecay = WeightDecay },
    };

    /// <summary>The learning rate of each step; the steps of a schedule are those after the warm-up.</summary>
    public LearningRate RateOf(int batchesPerEpoch)
    {
        long warm = (long)batchesPerEpoch * WarmUp, steps = Math.Max(1, ((long)batchesPerEpoch * Epochs) - warm);
        LearningRate rate = Schedule switch
        {
            ScheduleKind.Linear => FastLoss.LearningRate.Linear(Rate, 0, steps),
            ScheduleKind.Cosine => FastLoss.LearningRate.Cosine(Rate, steps),
            ScheduleKind.Step => FastLoss.LearningRate.Steps(Rate, Math.Max(1, (steps + 2) / 3)),
            _ => FastLoss.LearningRate.Constant(Rate),
        };
        return warm == 0 ? rate : rate.WarmUp(warm);
    }

    /// <summary>What was asked for beside batches, learning rate and seed.</summary>
    public string More()
    {
        List<string> more = [];
        if (Optimizer != OptimizerKind.Sgd) more.Add(Optimizer.ToString());
        if (WeightDecay > 0) more.Add(Text($"weight decay {WeightDecay}"));
        if (Schedule != ScheduleKind.Constant) more.Add($"{Reporting.Lines.Name(Schedule)} schedule");
        if (WarmUp > 0) more.Add(Text($"{WarmUp} epochs of warm-up"));
        if (ClipNorm is not null) more.Add(Text($"gradients clipped to norm {ClipNorm}"));
        if (Patience is not null) more.Add(Text($"ends after {Patience} epochs without a better validation loss"));
        return string.Concat(more.Select(m => ", " + m));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
