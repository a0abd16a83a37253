namespace FastLoss.Testing;

/// <summary>What a loss is defined for, how exactly, and where it has corners.</summary>
public sealed record LossDomain
{
    /// <summary>Any predictions against any targets.</summary>
    public static LossDomain Real { get; } = new();

    /// <summary>Probabilities from 0.01 to 0.99 against targets from 0 to 1.</summary>
    public static LossDomain Probabilities { get; } = new() { Predictions = NumberDomain.Inside, Targets = NumberDomain.Unit };

    /// <summary>Logits against targets from 0 to 1.</summary>
    public static LossDomain Logits { get; } = new() { Targets = NumberDomain.Unit };

    /// <summary>Scores against -1 or 1.</summary>
    public static LossDomain Signs { get; } = new() { Targets = NumberDomain.Sign };

    /// <summary>Positive numbers, both.</summary>
    public static LossDomain Positive { get; } = new() { Predictions = NumberDomain.Positive, Targets = NumberDomain.Positive };

    /// <summary>The predictions.</summary>
    public NumberDomain Predictions { get; init; } = NumberDomain.Real;

    /// <summary>The targets.</summary>
    public NumberDomain Targets { get; init; } = NumberDomain.Real;

    /// <summary>The predictions at a corner, for a target. Corners of the derivative alone, as Huber's, need no mention.</summary>
    public Func<double, IEnumerable<double>> Kinks { get; init; } = _ => [];

    /// <summary>
    /// The error that values are allowed, in units of the last place (ULP) of <see cref="Scale"/>; of doubles eight times as much, for the
    /// definition errs too.
    /// </summary>
    public double Ulps { get; init; } = 8;

    /// <summary>What errors of a value are measured against: the value, or the largest of terms that cancel.</summary>
    public Func<double, double, double>? Scale { get; init; }

    /// <summary>
    /// What errors of a derivative of floats are measured against, of which 3e-5 are allowed, and 1e-6 whatever it is: the derivative or
    /// a thousandth
    /// of the loss, the larger; or the largest of terms that cancel.
    /// </summary>
    public Func<double, double, double>? DerivativeScale { get; init; }
}
