using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>A classifier's rows of logits and probabilities, some hundred images at a time.</summary>
internal static class Probabilities
{
    private const int Rows = 256;

    /// <summary>Called with the first image's index, and for each image a row of logits and of probabilities.</summary>
    public delegate void Receiver(int start, ReadOnlySpan<float> logits, ReadOnlySpan<float> probabilities);

    public static void Of(IClassifier classifier, Images images, Receiver receive)
    {
        int classes = classifier.ClassCount, rows = Math.Clamp((1 << 20) / classes, 1, Rows);
        float[] logits = new float[rows * classes], probabilities = new float[rows * classes];
        for (int start = 0; start < images.Count; start += rows)
        {
            int count = Math.Min(rows, images.Count - start);
            Span<float> batch = logits.AsSpan(0, count * classes), shares = probabilities.AsSpan(0, count * classes);
            classifier.Logits(images.Pixels.AsSpan(start * images.PixelCount, count * images.PixelCount), batch);
            Softmax.Compute<float>(batch, classes, shares);
            receive(start, batch, shares);
        }
    }
}
