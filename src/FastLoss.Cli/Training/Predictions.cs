namespace FastLoss.Cli.Training;

/// <summary>What a network takes images for, and how sure it is.</summary>
/// <param name="Classes">The predicted class of each image; -1 where the network computes NaN.</param>
/// <param name="Confidences">Its probability; NaN where there is none.</param>
internal sealed record Predictions(int[] Classes, float[] Confidences)
{
    public static Predictions Of(Network<float> network, Data.Images images)
    {
        int classCount = network.Shape.ClassCount, pixels = images.PixelCount;
        float[] batch = new float[network.BatchRows * classCount];
        int[] classes = new int[images.Count];
        float[] confidences = new float[images.Count];
        for (int start = 0; start < images.Count; start += network.BatchRows)
        {
            int rows = Math.Min(network.BatchRows, images.Count - start);
            Span<float> scores = batch.AsSpan(0, rows * classCount);
            network.Logits(images.Pixels.AsSpan(start * pixels, rows * pixels), scores);
            Softmax.Compute<float>(scores, classCount, scores);
            Accuracy.Predict<float>(scores, classCount, classes.AsSpan(start, rows));
            for (int i = 0; i < rows; i++)
            {
                int predicted = classes[start + i];
                confidences[start + i] = predicted < 0 ? float.NaN : scores[(i * classCount) + predicted];
            }
        }

        return new(classes, confidences);
    }
}
