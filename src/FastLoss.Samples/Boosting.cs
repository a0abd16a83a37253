namespace FastLoss.Samples;

/// <summary>
/// An objective as LightGBM and XGBoost take them: gradient and second derivative of each row's loss, in one pass. Around it the smallest
/// booster there is, stumps on pixels, learns to tell threes from other digits.
/// </summary>
internal static class Boosting
{
    private const int Rounds = 60;
    private const double Rate = 0.3, Regularization = 1;

    /// <summary>A pixel, the values below which go left, and what either side adds to the score.</summary>
    private readonly record struct Stump(int Pixel, int Threshold, float Below, float Above)
    {
        public void AddTo(Span<float> scores, Digits digits)
        {
            for (int row = 0; row < scores.Length; row++)
                scores[row] += digits.Pixels[(row * Digits.PixelCount) + Pixel] < Threshold ? Below : Above;
        }
    }

    public static void Run(TextWriter output)
    {
        (Digits train, Digits test) = Digits.Load();
        float[] targets = IsThree(train), scores = new float[train.Count];
        float[] gradient = new float[train.Count], curvature = new float[train.Count];
        float[] testTargets = IsThree(test), testScores = new float[test.Count];
        for (int round = 1; round <= Rounds; round++)
        {
            // Threes are one in ten, so they weigh more. Denominator 1: a tree wants sums, not means.
            Loss.EvaluateWithCurvature(
                new BinaryCrossEntropyFromLogits(3), scores, targets, gradient, curvature, new() { Denominator = 1 });
            Stump stump = Best(train, gradient, curvature);
            stump.AddTo(scores, train);
            stump.AddTo(testScores, test);
            if (round % 20 != 0) continue;
            LossTally loss = Loss.Evaluate(new BinaryCrossEntropyFromLogits(), testScores, testTargets);
            int right = testScores.Where((score, row) => score > 0 == testTargets[row] > 0).Count();
            output.WriteLine($"round {round}: test loss {loss.Mean:F4}, {right} of {test.Count} right");
        }
    }

    /// <summary>The split that lowers the loss's second-order model most: G^2 / (H + r) of both sides.</summary>
    private static Stump Best(Digits digits, ReadOnlySpan<float> gradient, ReadOnlySpan<float> curvature)
    {
        Stump best = default;
        double bestGain = double.NegativeInfinity;
        for (int pixel = 0; pixel < Digits.PixelCount; pixel++)
        {
            double[] g = new double[Digits.Largest + 1], h = new double[Digits.Largest + 1];
            for (int row = 0; row < digits.Count; row++)
            {
                int value = (int)digits.Pixels[(row * Digits.PixelCount) + pixel];
                g[value] += gradient[row];
                h[value] += curvature[row];
            }

            double totalG = g.Sum(), totalH = h.Sum(), belowG = 0, belowH = 0;
            for (int threshold = 1; threshold <= Digits.Largest; threshold++)
            {
                belowG += g[threshold - 1];
                belowH += h[threshold - 1];
                double gain = Gain(belowG, belowH) + Gain(totalG - belowG, totalH - belowH);
                if (gain <= bestGain) continue;
                bestGain = gain;
                best = new(pixel, threshold, Step(belowG, belowH), Step(totalG - belowG, totalH - belowH));
            }
        }

        return best;
    }

    private static double Gain(double g, double h) => g * g / (h + Regularization);

    private static float Step(double g, double h) => (float)(-Rate * g / (h + Regularization));

    private static float[] IsThree(Digits digits) => Array.ConvertAll(digits.Labels, label => label == 3 ? 1f : 0f);
}
