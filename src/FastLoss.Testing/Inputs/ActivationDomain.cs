namespace FastLoss.Testing;

/// <summary>What an activation is defined for, how exactly, and where it has corners.</summary>
public sealed record ActivationDomain
{
    /// <summary>Any arguments, and no corner.</summary>
    public static ActivationDomain Real { get; } = new();

    /// <summary>The arguments.</summary>
    public NumberDomain Arguments { get; init; } = NumberDomain.Real;

    /// <summary>Arguments at a corner.</summary>
    public IReadOnlyList<double> Kinks { get; init; } = [];

    /// <summary>
    /// The error that values are allowed at an argument, in units of the last place (ULP); of doubles eight times as much, for the
    /// definition
    /// errs too.
    /// </summary>
    public Func<double, double> Ulps { get; init; } = _ => 8;

    internal LossDomain AsOfLosses => new() { Predictions = Arguments, Kinks = _ => Kinks };
}
