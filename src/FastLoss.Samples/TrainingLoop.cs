using System.Numerics.Tensors;

namespace FastLoss.Samples;

/// <summary>A training loop of one's own: a linear classifier with momentum. Batches, loss and gradient are the library's.</summary>
internal static class TrainingLoop
{
    private const int Inputs = Digits.PixelCount, Classes = Digits.ClassCount, BatchSize = 50, Epochs = 20;
    private const float Rate = 0.002f, Momentum = 0.9f;

    public static void Run(TextWriter output) => Train(output);

    /// <returns>Weights pixel by pixel, then the biases.</returns>
    public static float[] Train(TextWriter output)
    {
        (Digits train, Digits test) = Digits.Load();
        float[] parameters = new float[(Inputs + 1) * Classes];
        float[] gradient = new float[parameters.Length], velocity = new float[parameters.Length];
        float[] logits = new float[train.Count * Classes], logitGradient = new float[BatchSize * Classes];
        MiniBatches batches = new(train.Count, BatchSize, seed: 1);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            LossTally loss = default;
            foreach (ReadOnlySpan<int> rows in batches.Epoch(epoch))
            {
                Digits batch = train.Rows(rows);
                Span<float> scores = logits.AsSpan(0, batch.Count * Classes), slopes = logitGradient.AsSpan(0, batch.Count * Classes);
                Forward(batch, parameters, scores);
                loss += Loss.EvaluateWithGradient(new SoftmaxCrossEntropy { LabelSmoothing = 0.05 }, scores, Classes, batch.Labels, slopes);
                Backward(batch, slopes, gradient);
                TensorPrimitives.MultiplyAdd(velocity, Momentum, gradient, velocity);
                TensorPrimitives.MultiplyAdd(velocity, -Rate, parameters, parameters);
            }

            if (epoch % 5 != 4) continue;
            Span<float> testScores = logits.AsSpan(0, test.Count * Classes);
            Forward(test, parameters, testScores);
            AccuracyTally accuracy = Accuracy.Evaluate<float>(testScores, Classes, test.Labels);
            output.WriteLine($"epoch {epoch + 1}: loss {loss.Mean:F4}, test accuracy {accuracy.Value:P1}");
        }

        return parameters;
    }

    private static void Forward(Digits digits, ReadOnlySpan<float> parameters, Span<float> logits)
    {
        for (int row = 0; row < digits.Count; row++)
        {
            Span<float> scores = logits.Slice(row * Classes, Classes);
            parameters[(Inputs * Classes)..].CopyTo(scores);
            for (int i = 0; i < Inputs; i++)
                TensorPrimitives.MultiplyAdd(parameters.Slice(i * Classes, Classes), digits.Pixels[(row * Inputs) + i], scores, scores);
        }
    }

    private static void Backward(Digits digits, ReadOnlySpan<float> slopes, Span<float> gradient)
    {
        gradient.Clear();
        Span<float> biases = gradient[(Inputs * Classes)..];
        for (int row = 0; row < digits.Count; row++)
        {
            ReadOnlySpan<float> slope = slopes.Slice(row * Classes, Classes);
            TensorPrimitives.Add(biases, slope, biases);
            for (int i = 0; i < Inputs; i++)
            {
                Span<float> weights = gradient.Slice(i * Classes, Classes);
                TensorPrimitives.MultiplyAdd(slope, digits.Pixels[(row * Inputs) + i], weights, weights);
            }
        }
    }
}
