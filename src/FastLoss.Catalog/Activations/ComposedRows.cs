using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Catalog;

/// <summary>
/// Softmaxes by the calls of System.Numerics.Tensors, composed so that they are stable: its own SoftMax takes exponentials of the bare
/// logits and overflows at 89. Every step is its fastest call; nothing is allocated.
/// </summary>
public static class ComposedRows
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

    /// <summary>Of each row, in a buffer of the pool.</summary>
    public static void LogSumExp<T>(ReadOnlySpan<T> logits, int classes, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] scratch = System.Buffers.ArrayPool<T>.Shared.Rent(classes);
        for (int row = 0; row < destination.Length; row++)
            destination[row] = LogSumExp(logits.Slice(row * classes, classes), scratch.AsSpan(0, classes));
        System.Buffers.ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>Of one row, with scratch as long as it.</summary>
    public static T LogSumExp<T>(ReadOnlySpan<T> logits, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = Exponentials(logits, scratch, out T max);
        return max + T.Log(sum);
    }

    /// <summary>e^(x - max), their sum and the largest logit.</summary>
    public static T Exponentials<T>(ReadOnlySpan<T> logits, Span<T> exponentials, out T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        max = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, max, exponentials);
        TensorPrimitives.Exp<T>(exponentials, exponentials);
        return TensorPrimitives.Sum<T>(exponentials);
    }
}
