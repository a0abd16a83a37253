using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Training;

/// <summary>What says of rows of pixels, or of features, which class each is: all that testing and predicting need to know of a network.</summary>
internal interface IClassifier
{
    /// <summary>Pixels or features of a row.</summary>
    int InputCount { get; }

    int ClassCount { get; }

    /// <summary>Its sizes in a few words.</summary>
    string Description { get; }

    /// <summary>What the classes are called; null where that is not known, and they are numbers.</summary>
    IReadOnlyList<string>? ClassNames => null;

    /// <summary>How the features were scaled that it was trained on; null for pixels from 0 to 1.</summary>
    FeatureScaling? Scaling => null;

    /// <summary>Pixels of a line and lines of an image; 0 where that is not known.</summary>
    (int Width, int Height) Size => default;

    /// <param name="inputs">Rows of inputs.</param>
    /// <param name="logits">Receives a logit for each class of each row.</param>
    void Logits(ReadOnlySpan<float> inputs, Span<float> logits);
}
