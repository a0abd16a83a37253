using System.Runtime.CompilerServices;

namespace FastLoss.Tests.Readme;

// ln(1 + e^2 / 2), the Cauchy loss: outliers hardly pull.
internal readonly struct Cauchy : IElementwiseLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return TVector.Log1P(0.5 * error * error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return error / (1 + (0.5 * error * error));
    }
}

/// <summary>README's examples, word for word: <see cref="ReadmeTests"/> compares them with README and runs them.</summary>
internal static class ReadmeExamples
{
    public static void First()
    {
        float[] logits = [2.0f, 0.5f, -1.0f, 0.1f, 3.0f, 0.2f]; // two rows of three classes
        int[] labels = [0, 1];
        float[] gradient = new float[6];

        LossTally loss = Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), logits, 3, labels, gradient);
        Console.WriteLine($"mean loss {loss.Mean:F4}, first gradient {gradient[0]:F4}");

        float[] probabilities = new float[6];
        Softmax.Compute<float>(logits, 3, probabilities);
        Console.WriteLine($"p of the first row: {probabilities[0]:F3} {probabilities[1]:F3} {probabilities[2]:F3}");
    }

    public static void Subject()
    {
        double[] y = [.1, .05, .6, 0, .05, .1, 0, .1, 0, 0];
        double[] t = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        double sse = Loss.SumOfSquaredErrors<double>(y, t);        // 1/2 sum (y-t)^2
        double cee = Loss.CrossEntropyError<double>(y, t);         // -sum t ln(y + 1e-7)
        double d = NumericalDerivative.Central(x => (0.01 * x * x) + (0.1 * x), 5.0);
        double[] point = [3, 4];
        double[] slope = new double[2];
        NumericalGradient.Compute<double>(x => (x[0] * x[0]) + (x[1] * x[1]), point, slope);
        Console.WriteLine($"{sse:F4} {cee:F6} {d:F6} ({slope[0]:F6}, {slope[1]:F6})");
    }

    public static void Rows()
    {
        float[] logits = [2, 1, 0, 0, 3, 0], gradient = new float[6];
        byte[] labels = [0, 255];
        LossTally loss = Loss.EvaluateWithGradient(
            new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, logits, 3, labels, gradient, new() { IgnoreLabel = 255, Accumulate = true });
        Console.WriteLine($"mean {loss.Mean:F4} of {loss.Count} row, gradient {gradient[0]:F4} {gradient[1]:F4} {gradient[2]:F4}");
    }

    public static void OwnLoss()
    {
        float[] y = [1.0f, 2.0f, 30.0f], t = [1.5f, 2.0f, 3.0f], gradient = new float[3];
        LossTally loss = Loss.EvaluateWithGradient(new Cauchy(), y, t, gradient);
        Console.WriteLine($"mean {loss.Mean:F4}, gradient {gradient[0]:F4} {gradient[1]:F4} {gradient[2]:F4}");
    }
}
