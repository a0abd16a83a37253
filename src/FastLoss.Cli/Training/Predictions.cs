namespace FastLoss.Cli.Training;

/// <summary>What a network takes images for, and how sure it is.</summary>
/// <param name="Classes">The predicted class of each image.</param>
/// <param name="Confidences">Its probability.</param>
internal sealed record Predictions(int[] Classes, float[] Confidences)
{
    public static Predictions Of(TwoLayerNetwork<float> network, Data.Images images)
    {
        int classCount = network.Shape.ClassCount;
        float[] scores = new float[images.Count * classCount];
        int[] classes = new int[images.Count];
        float[] confidences = new float[images.Count];
        network.Logits(images.Pixels, scores);
        Softmax.Compute<float>(scores, classCount, scores);
        Accuracy.Predict<float>(scores, classCount, classes);
        for (int i = 0; i < classes.Length; i++) confidences[i] = scores[(i * classCount) + classes[i]];
        return new(classes, confidences);
    }
}
