using Microsoft.ML.OnnxRuntime;

namespace FastLoss.Samples;

/// <summary>
/// What ONNX Runtime writes is read where it lies: the output's memory is a span of logits. Data/digits.onnx is the linear classifier that
/// <see cref="TrainingLoop"/> trains, pixels [n, 64] to logits [n, 10].
/// </summary>
internal static class OnnxOutput
{
    public static void Run(TextWriter output)
    {
        (_, Digits test) = Digits.Load();
        using InferenceSession session = new(Path.Combine(AppContext.BaseDirectory, "Data", "digits.onnx"));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(test.Pixels, [test.Count, Digits.PixelCount]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["pixels"], [input], ["logits"]);

        ReadOnlySpan<float> logits = results[0].GetTensorDataAsSpan<float>();
        LossTally loss = Loss.Evaluate(new SoftmaxCrossEntropy(), logits, Digits.ClassCount, test.Labels);
        output.WriteLine($"cross-entropy {loss.Mean:F4} of {loss.Count} digits, perplexity {Perplexity.Of(loss):F4}");
        output.WriteLine($"right: {Accuracy.Evaluate(logits, Digits.ClassCount, test.Labels).Value:P1}, "
            + $"among the best two: {TopKAccuracy.Evaluate(logits, Digits.ClassCount, test.Labels, 2).Value:P1}");

        CalibrationTally calibration = new(10);
        float[] probabilities = new float[logits.Length];
        Softmax.Compute(logits, Digits.ClassCount, probabilities);
        calibration.Add<float>(probabilities, Digits.ClassCount, test.Labels);
        output.WriteLine($"confidence and accuracy lie {calibration.ExpectedError:P1} apart");
    }
}
