using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>Softmax cross-entropy as a function of the logits.</summary>
internal static class LogitsCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GradientCheckReport Run(int rows, int classes)
    {
        Random random = new(rows * classes);
        T[] logits = Draws.Uniform<T>(random, rows * classes, -4, 4), gradient = new T[logits.Length];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        Loss.Gradient<SoftmaxCrossEntropy, T, int>(new(), logits, classes, labels, gradient);
        var function = new Function(classes, labels);
        return GradientCheck.Compare(ref function, logits.AsSpan(), gradient);
    }

    private readonly struct Function(int classes, int[] labels) : IScalarFunction<T>
    {
        public T Evaluate(ReadOnlySpan<T> x) => T.CreateTruncating(Loss.Evaluate(new SoftmaxCrossEntropy(), x, classes, labels).Mean);
    }
}
