namespace FastLoss.Cli.Training;

/// <summary>How a network does on a set of images.</summary>
internal readonly record struct Score(LossTally Loss, AccuracyTally Accuracy)
{
    /// <summary>Both from one pass over the images, so many rows at a time.</summary>
    public static Score Of(TwoLayerNetwork<float> network, Data.Images images)
    {
        int classes = network.Shape.ClassCount, pixels = images.PixelCount;
        float[] logits = new float[network.BatchRows * classes];
        Score score = default;
        for (int start = 0; start < images.Count; start += network.BatchRows)
        {
            int rows = Math.Min(network.BatchRows, images.Count - start);
            ReadOnlySpan<int> labels = images.Labels.AsSpan(start, rows);
            Span<float> batch = logits.AsSpan(0, rows * classes);
            network.Logits(images.Pixels.AsSpan(start * pixels, rows * pixels), batch);
            score = new(
                score.Loss + FastLoss.Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), batch, classes, labels),
                score.Accuracy + FastLoss.Accuracy.Evaluate<float>(batch, classes, labels));
        }

        return score;
    }
}

/// <summary>The scores after an epoch; epoch 0 is before the first step.</summary>
internal readonly record struct EpochScore(int Epoch, Score Train, Score Test);
