using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>Rows times a factor each.</summary>
internal static class ScaledRows
{
    /// <summary>Elements of a block of rows, which lies in the first cache between softmax and scaling.</summary>
    private const int BlockLength = 2048;

    /// <summary>The probabilities of each row of logits times its factor: the derivative of a log-sum-exp; it may be written over the logits.</summary>
    public static void Softmax<T>(ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<T> factors, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Math.Max(1, BlockLength / classCount);
        foreach ((int start, int count) in new Blocks(factors.Length, rows))
        {
            Span<T> block = destination.Slice(start * classCount, count * classCount);
            SoftmaxRows.Softmax(logits.Slice(start * classCount, count * classCount), classCount, block, 0);
            for (int r = 0; r < count; r++)
            {
                Span<T> row = block.Slice(r * classCount, classCount);
                TensorPrimitives.Multiply(row, factors[start + r], row);
            }
        }
    }
}
