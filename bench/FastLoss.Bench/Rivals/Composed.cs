using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Bench.Rivals;

/// <summary>
/// What System.Numerics.Tensors offers, composed so that it is stable: its own SoftMax takes exponentials of the bare
/// logits and overflows at 89. Every step is its fastest call; scratch is given, so nothing is allocated.
/// </summary>
internal static class Composed
{
    public static void Softmax<T>(ReadOnlySpan<T> logits, int classes, Span<T> probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < logits.Length; row += classes)
        {
            Span<T> p = probabilities.Slice(row, classes);
            T sum = Exponentials(logits.Slice(row, classes), p, out _);
            TensorPrimitives.Multiply(p, T.One / sum, p);
        }
    }

    public static void LogSoftmax<T>(ReadOnlySpan<T> logits, int classes, Span<T> logProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < logits.Length; row += classes)
        {
            ReadOnlySpan<T> x = logits.Slice(row, classes);
            Span<T> y = logProbabilities.Slice(row, classes);
            TensorPrimitives.Subtract(x, LogSumExp(x, y), y);
        }
    }

    public static T LogSumExp<T>(ReadOnlySpan<T> logits, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = Exponentials(logits, scratch, out T max);
        return max + T.Log(sum);
    }

    public static double CrossEntropy<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double loss = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            loss += double.CreateTruncating(LogSumExp(x, scratch[..classes]) - x[labels[row]]);
        }
        return loss / labels.Length;
    }

    public static double CrossEntropyWithGradient<T>(
        ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double loss = 0;
        T weight = T.One / T.CreateTruncating(labels.Length);
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            Span<T> g = gradient.Slice(row * classes, classes);
            T sum = Exponentials(x, g, out T max);
            TensorPrimitives.Multiply(g, weight / sum, g);
            g[labels[row]] -= weight;
            loss += double.CreateTruncating(max + T.Log(sum) - x[labels[row]]);
        }
        return loss / labels.Length;
    }

    /// <summary>Distance is one fused pass over both, but takes a root; squaring it back keeps float's digits.</summary>
    public static T SumOfSquaredErrors<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T distance = TensorPrimitives.Distance(y, t);
        return distance * distance / T.CreateTruncating(2);
    }

    public static T CrossEntropyError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Add(y, T.CreateTruncating(1e-7), scratch);
        TensorPrimitives.Log(scratch, scratch);
        return -TensorPrimitives.Dot(t, scratch);
    }

    private static T Exponentials<T>(ReadOnlySpan<T> logits, Span<T> exponentials, out T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        max = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, max, exponentials);
        TensorPrimitives.Exp<T>(exponentials, exponentials);
        return TensorPrimitives.Sum<T>(exponentials);
    }
}
