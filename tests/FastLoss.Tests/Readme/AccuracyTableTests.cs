using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Tests.Readme;

/// <summary>README's table of accuracy in float: what is printed there is what these calls give.</summary>
public class AccuracyTableTests
{
    [Fact]
    public void EveryRowIsWhatTheCallsGive()
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../README.md"));
        string rows = readme[readme.IndexOf("## Accuracy", StringComparison.Ordinal)..readme.IndexOf("## Coming from", StringComparison.Ordinal)];
        string[] expected = [CrossEntropy(), Softmaxes(), Gelus(), BinaryCrossEntropies(), Cosines(), Sums()];
        Assert.Equal(expected, rows.Split('\n').Where(line => line.StartsWith('|')).Skip(2));
    }

    private static string CrossEntropy()
    {
        float[] x = [20, 0, 0], exponentials = new float[3];
        double ours = Loss.Evaluate(new SoftmaxCrossEntropy(), x, 3, [0]).Mean;
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), exponentials);
        TensorPrimitives.Exp(exponentials, exponentials);
        float composed = MathF.Log(TensorPrimitives.Sum(exponentials)) + TensorPrimitives.Max(x) - x[0];
        return Row("cross-entropy of logits [20, 0, 0], label 0", Math.Log(1 + (2 * Math.Exp(-20))), ours, composed);
    }

    private static string Softmaxes()
    {
        float[] x = [1000, 1001], ours = new float[2], theirs = new float[2];
        Softmax.Compute<float>(x, ours);
        TensorPrimitives.SoftMax(x, theirs);
        return Row("softmax of [1000, 1001], the first", 1 / (1 + Math.E), ours[0], theirs[0]);
    }

    /// <summary>The exact value: x times the normal distribution's tail at -8, 6.220960574271785e-16.</summary>
    private static string Gelus()
    {
        float[] ours = new float[1];
        Gelu.Compute<float>([-8], ours);
        return Row("GELU of -8 (as x (1 + erf) / 2)", -8 * 6.220960574271785e-16, ours[0], -8 * (1 + ErrorFunction(-8 / MathF.Sqrt(2))) / 2);
    }

    /// <summary>Below -5.6 it is -1 to a float's precision, whoever computes it.</summary>
    private static float ErrorFunction(float x) => x < -5.6f ? -1 : throw new ArgumentOutOfRangeException(nameof(x));

    private static string BinaryCrossEntropies()
    {
        double ours = Loss.Evaluate(new BinaryCrossEntropyFromLogits(), [40f], [1f]).Mean;
        float[] probability = new float[1];
        TensorPrimitives.Sigmoid<float>([40f], probability);
        return Row("binary cross-entropy of logit 40, target 1", Math.Exp(-40), ours, -MathF.Log(probability[0]));
    }

    private static string Cosines()
    {
        float[] a = [1, 0], b = [1, 1e-6f];
        double ours = Loss.Evaluate(new CosineEmbedding(), a, b, 2, [1]).Mean;
        return Row("1 - cos of an angle of 1e-6", 2 * Math.Pow(Math.Sin(0.5e-6), 2), ours, 1 - TensorPrimitives.CosineSimilarity(a, b));
    }

    private static string Sums()
    {
        float[] y = new float[1 << 24], t = new float[1 << 24];
        Array.Fill(y, 0.1f);
        float loop = 0;
        foreach (float v in y) loop += v * v;
        double exact = (double)0.1f * 0.1f;
        return Row("mean of 16M squared errors of 0.1", exact, Loss.Evaluate(new SquaredError(), y, t).Mean, loop / y.Length);
    }

    private static string Row(string what, double exact, double ours, double theirs) =>
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {exact:G8} | {ours:G8} | {theirs:G8} |");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
