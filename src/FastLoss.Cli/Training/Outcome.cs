namespace FastLoss.Cli.Training;

/// <summary>What became of a training: whether its network is of use.</summary>
internal enum OutcomeKind
{
    /// <summary>The training loss fell.</summary>
    Learned,

    /// <summary>The training loss is where it was, or a little above.</summary>
    NoProgress,

    /// <summary>The training loss is far above its start and above guessing, or not finite.</summary>
    Diverged,
}

/// <summary>Judged by the loss on the training images: on others a good network may well do worse than guessing.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Text">In words, with the losses.</param>
internal sealed record Outcome(OutcomeKind Kind, string Text)
{
    /// <summary>How many times the larger of its start and of guessing a loss may be before it is called diverged.</summary>
    private const double Far = 2;

    /// <param name="epochs">The scores, from before the first step.</param>
    /// <param name="classes">Guessing all classes alike has the loss ln(classes).</param>
    /// <param name="broken">Where a loss was not finite, and what it was; null if all were.</param>
    public static Outcome Of(IReadOnlyList<EpochScore> epochs, int classes, string? broken)
    {
        const string Advice = "a smaller --learning-rate may help";
        if (broken is not null) return new(OutcomeKind.Diverged, $"DIVERGED: {broken}; {Advice}");

        double start = epochs[0].Train.Loss.Mean, end = epochs[^1].Train.Loss.Mean, guessing = Math.Log(classes);
        string losses = $"training loss {Reporting.Lines.Loss(start)} -> {Reporting.Lines.Loss(end)}; guessing has {Reporting.Lines.Loss(guessing)}";
        if (end > Far * Math.Max(start, guessing)) return new(OutcomeKind.Diverged, $"DIVERGED: {losses}; {Advice}");
        if (end < start || end == 0) return new(OutcomeKind.Learned, losses);
        return new(OutcomeKind.NoProgress, $"NO PROGRESS: {losses}; {(end > start ? Advice : "a larger --learning-rate may help")}");
    }
}
