namespace FastLoss.Cli.Training;

/// <summary>How a network does on a set of images.</summary>
internal readonly record struct Score(LossTally Loss, AccuracyTally Accuracy)
{
    /// <summary>Both from one pass over the images, so many rows at a time.</summary>
    public static Score Of(Network<float> network, Data.Images images)
    {
        int classes = network.Shape.ClassCount, pixels = images.PixelCount;
        int piece = network.BatchRows * network.Threads;
        float[] logits = new float[piece * classes];
        Score score = default;
        for (int start = 0; start < images.Count; start += piece)
        {
            int rows = Math.Min(piece, images.Count - start);
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
internal readonly record struct EpochScore(int Epoch, Score Train, Score Test)
{
    /// <summary>On the images held back of the training's; null where none are.</summary>
    public Score? Validation { get; init; }

    /// <summary>Of the last step before it.</summary>
    public double LearningRate { get; init; }

    /// <summary>Since the training began.</summary>
    public double Seconds { get; init; }
}
