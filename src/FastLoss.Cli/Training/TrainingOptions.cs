namespace FastLoss.Cli.Training;

internal enum GradientMode
{
    Analytic,
    Numerical,
}

/// <summary>Everything that decides a training's numbers, beside the data.</summary>
internal sealed record TrainingOptions
{
    public int Hidden { get; init; } = 50;

    public int Epochs { get; init; } = 50;

    public int Batch { get; init; } = 100;

    public float LearningRate { get; init; } = 1;

    public GradientMode Gradient { get; init; } = GradientMode.Analytic;

    public HiddenActivation Activation { get; init; } = HiddenActivation.Sigmoid;

    public ulong Seed { get; init; } = 1;
}
