using System.Runtime.CompilerServices;
using FastLoss.Testing;

namespace FastLoss.Tests.Readme;

// ln(1 + e^2 / 2), the Cauchy loss: outliers hardly pull.
internal readonly struct Cauchy : IElementwiseLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target) where TVector : unmanaged, IVector<TVector> =>
        TVector.Log1P(0.5 * (prediction - target) * (prediction - target));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target) where TVector : unmanaged, IVector<TVector> =>
        (prediction - target) / (1 + (0.5 * (prediction - target) * (prediction - target)));
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

    public static void Options()
    {
        float[] logits = [2, 1, 0, 0, 3, 0, 9, 9, 9, 1, 1, 1], weights = [1, 1, 1, 0.5f], gradient = new float[12];
        byte[] labels = [0, 255, 1, 2];
        bool[] mask = [true, true, false, true]; // the third row is padding
        LossTally loss = Loss.EvaluateWithGradient(
            new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, logits, 3, labels, gradient,
            new() { Weights = weights, Mask = mask, IgnoreLabel = 255, Accumulate = true });
        Console.WriteLine($"mean {loss.Mean:F4} of {loss.Count} rows that weigh {loss.Weight}, gradient {gradient[0]:F4} {gradient[1]:F4}");
    }

    public static void Threads()
    {
        float[] logits = new float[1_000_000], one = new float[1_000_000], all = new float[1_000_000];
        for (int i = 0; i < logits.Length; i++) logits[i] = MathF.Sin(i) * 50;
        Softmax.Compute<float>(logits, 1_000, one);
        Softmax.Compute<float>(logits, 1_000, all, threads: -1);
        Console.WriteLine(one.AsSpan().SequenceEqual(all));
    }

    public static void OwnLoss()
    {
        float[] y = [1.0f, 2.0f, 30.0f], t = [1.5f, 2.0f, 3.0f], gradient = new float[3];
        LossTally loss = Loss.EvaluateWithGradient(new Cauchy(), y, t, gradient);
        Console.WriteLine($"mean {loss.Mean:F4}, gradient {gradient[0]:F4} {gradient[1]:F4} {gradient[2]:F4}");
        LossLaws.Check(new Cauchy(), (y, t) => StableMath.Log1P((y - t) * (y - t) / 2)); // throws, with the smallest input that breaks one
    }

    public static void Check()
    {
        double[] y = [0.5, -1, 30], t = [0, 0, 3], gradient = new double[3];
        Loss.EvaluateWithGradient(new Cauchy(), y, t, gradient);
        GradientCheckReport report = GradientCheck.Compare<double>(x => Loss.Evaluate(new Cauchy(), x, t).Mean, y, gradient);
        report.ThrowIfFailed();
        Console.WriteLine($"{report.Count(GradientVerdict.Pass)} elements pass");
    }
}
