using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>The gradients of batches and the steps along them, in buffers that are used again.</summary>
internal sealed class BatchGradients(Images images, Network<float> network, TrainingOptions options)
{
    private readonly float[] _pixels = new float[Math.Min(options.Batch, images.Count) * images.PixelCount];
    private readonly int[] _labels = new int[Math.Min(options.Batch, images.Count)];
    private readonly float[] _gradient = new float[network.Shape.ParameterCount];

    /// <returns>The loss of the batch, whose gradient the next step takes.</returns>
    public LossTally Take(ReadOnlySpan<int> rows)
    {
        Span<float> pixels = _pixels.AsSpan(0, rows.Length * images.PixelCount);
        Span<int> labels = _labels.AsSpan(0, rows.Length);
        MiniBatches.Gather(images.Pixels, images.PixelCount, rows, pixels);
        MiniBatches.Gather(images.Labels, 1, rows, labels);
        return options.Gradient switch
        {
            GradientMode.Analytic => network.EvaluateWithGradient(pixels, labels, _gradient),
            GradientMode.Nodes => network.EvaluateWithNodeDifferences(pixels, labels, _gradient),
            _ => network.EvaluateWithNumericalGradient(pixels, labels, _gradient),
        };
    }

    public void Step(Optimizer<float> optimizer, double rate)
    {
        if (options.ClipNorm is { } norm) GradientClipping.ByNorm(_gradient, norm, options.Threads);
        optimizer.Step(network.Parameters, _gradient, rate, options.Threads);
    }
}
