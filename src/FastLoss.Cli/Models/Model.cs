using FastLoss.Cli.Data;

namespace FastLoss.Cli.Models;

/// <summary>A trained network, and what is to be known to use it.</summary>
/// <param name="Network">The network.</param>
/// <param name="Seed">The training's seed: it also split the data, and a test must not see what was trained on.</param>
internal sealed record Model(Network<float> Network, ulong Seed)
{
    /// <summary>What the classes are called, one for each logit; null where it is not said.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What it was trained on.</summary>
    public string? Data { get; init; }

    /// <summary>Pixels of a line and lines of an image; 0 where it is not said.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>How the features of a table were scaled; null for pixels from 0 to 1.</summary>
    public FeatureScaling? Scaling { get; init; }
}
