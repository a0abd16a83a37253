using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Models;

/// <summary>A network of the library as a classifier.</summary>
internal sealed class NetworkClassifier(Model model) : IClassifier
{
    public int InputCount => model.Network.Shape.InputCount;

    public int ClassCount => model.Network.Shape.ClassCount;

    public string Description => Lines.Network(model.Network.Shape, model.Network.Activation);

    public IReadOnlyList<string>? ClassNames => model.ClassNames;

    public FeatureScaling? Scaling => model.Scaling;

    public (int Width, int Height) Size => (model.Width, model.Height);

    /// <param name="path">A file that `fastloss train --save` wrote.</param>
    /// <returns>The network, and the seed that split its data.</returns>
    public static (IClassifier Classifier, ulong Seed) Read(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InputException("--model names no file");
        Model model = ModelFile.Read(path);
        return (new NetworkClassifier(model), model.Seed);
    }

    public void Logits(ReadOnlySpan<float> inputs, Span<float> logits) => model.Network.Logits(inputs, logits);
}
