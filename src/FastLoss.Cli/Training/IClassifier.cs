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

    /// <param name="inputs">Rows of inputs.</param>
    /// <param name="logits">Receives a logit for each class of each row.</param>
    void Logits(ReadOnlySpan<float> inputs, Span<float> logits);
}

/// <summary>A network of the library as a classifier.</summary>
internal sealed class NetworkClassifier(TwoLayerNetwork<float> network) : IClassifier
{
    public int InputCount => network.Shape.InputCount;

    public int ClassCount => network.Shape.ClassCount;

    public string Description => Lines.Network(network.Shape, network.Activation);

    /// <param name="path">A file that `fastloss train --save` wrote.</param>
    /// <returns>The network, and the seed that split its data.</returns>
    public static (IClassifier Classifier, ulong Seed) Read(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InputException("--model names no file");
        (TwoLayerNetwork<float> network, ulong seed) = ModelFile.Read(path);
        return (new NetworkClassifier(network), seed);
    }

    public void Logits(ReadOnlySpan<float> inputs, Span<float> logits) => network.Logits(inputs, logits);
}
