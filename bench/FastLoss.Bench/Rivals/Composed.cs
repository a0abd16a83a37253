using System.Numerics;
using System.Numerics.Tensors;
using FastLoss.Catalog;

namespace FastLoss.Bench.Rivals;

/// <summary>
/// What System.Numerics.Tensors offers, composed so that it is stable: its own SoftMax takes exponentials of the bare
/// logits and overflows at 89. Every step is its fastest call; scratch is given, so nothing is allocated.
/// </summary>
internal static class Composed
{
    public static double CrossEntropy<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double loss = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            loss += double.CreateTruncating(ComposedRows.LogSumExp(x, scratch[..classes]) - x[labels[row]]);
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
            T sum = ComposedRows.Exponentials(x, g, out T max);
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
}
