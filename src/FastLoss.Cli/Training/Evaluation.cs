using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>All that is measured of a classifier on a set of images, from one pass over them.</summary>
/// <param name="Loss">Softmax cross-entropy.</param>
/// <param name="Confusion">What was taken for what.</param>
/// <param name="Calibration">How far its confidence is from how often it is right.</param>
/// <param name="Predictions">Each image's class and how sure it was.</param>
internal sealed record Evaluation(LossTally Loss, ConfusionMatrix Confusion, CalibrationTally Calibration, Predictions Predictions)
{
    public static Evaluation Of(IClassifier classifier, Images images)
    {
        int classes = classifier.ClassCount;
        LossTally loss = default;
        var confusion = new ConfusionMatrix(classes);
        var calibration = new CalibrationTally();
        int[] predicted = new int[images.Count];
        float[] confidences = new float[images.Count];
        Probabilities.Of(classifier, images, (start, logits, probabilities) =>
        {
            int count = logits.Length / classes;
            ReadOnlySpan<int> labels = images.Labels.AsSpan(start, count);
            Span<int> into = predicted.AsSpan(start, count);
            loss += FastLoss.Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), logits, classes, labels);
            FastLoss.Accuracy.Predict(probabilities, classes, into);
            confusion.Add(into, labels);
            calibration.Add(probabilities, classes, labels);
            for (int i = 0; i < count; i++)
                confidences[start + i] = into[i] < 0 ? float.NaN : probabilities[(i * classes) + into[i]];
        });
        return new(loss, confusion, calibration, new(predicted, confidences));
    }

    public AccuracyTally Accuracy => Confusion.Accuracy;

    public Score Score => new(Loss, Accuracy);
}
