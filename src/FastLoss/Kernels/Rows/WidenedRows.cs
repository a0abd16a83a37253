using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Half inputs widened to float a piece at a time, while the piece is in the cache, and given to the float kernels: the results are those
/// of widening everything first, bit for bit. Widening is exact.
/// </summary>
internal static class WidenedRows
{
    private const int Group = SmallRows.BlockRows;

    /// <summary>Floats widened at a time: a quarter of a second-level cache.</summary>
    private const int PieceLength = 65536;

    public static void Softmax(ReadOnlySpan<Half> logits, int classCount, Span<float> probabilities)
    {
        foreach ((int at, int length) in new Blocks(logits.Length, Piece(classCount)))
        {
            Span<float> piece = Widen(logits, at, length, probabilities);
            SoftmaxRows.Softmax(piece, classCount, piece);
        }
    }

    public static void LogSoftmax(ReadOnlySpan<Half> logits, int classCount, Span<float> logProbabilities)
    {
        foreach ((int at, int length) in new Blocks(logits.Length, Piece(classCount)))
        {
            Span<float> piece = Widen(logits, at, length, logProbabilities);
            SoftmaxRows.LogSoftmax(piece, classCount, piece);
        }
    }

    public static void LogSumExp(ReadOnlySpan<Half> logits, int classCount, Span<float> destination)
    {
        int step = Piece(classCount);
        float[] rented = ArrayPool<float>.Shared.Rent(Math.Min(step, logits.Length));
        foreach ((int at, int length) in new Blocks(logits.Length, step))
        {
            ReadOnlySpan<Half> part = logits.Slice(at, length);
            Span<float> wide = rented.AsSpan(0, part.Length);
            TensorPrimitives.ConvertToSingle(part, wide);
            SoftmaxRows.LogSumExp(wide, classCount, destination.Slice(at / classCount, part.Length / classCount));
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The gradient's own memory holds the widened logits of a group of rows until they become the gradient.</summary>
    public static ExactSum CrossEntropyWithGradient(
        ReadOnlySpan<Half> logits, int classCount, ReadOnlySpan<int> labels, Span<float> gradient, double scale)
    {
        ExactSum sum = default;
        foreach ((int r, int rows) in new Blocks(labels.Length, Group))
        {
            Span<float> piece = Widen(logits, r * classCount, rows * classCount, gradient);
            sum.Add(CrossEntropyRows.Run<float, Yes>(piece, classCount, labels.Slice(r, rows), piece, scale, default));
        }

        return sum;
    }

    public static ExactSum CrossEntropy(ReadOnlySpan<Half> logits, int classCount, ReadOnlySpan<int> labels, Span<float> losses)
    {
        // A group of long rows is widened row by row, its losses then added as those of any group.
        int rowsAtOnce = (long)Group * classCount <= PieceLength ? Group : 1;
        float[] rented = ArrayPool<float>.Shared.Rent(Math.Min(logits.Length, rowsAtOnce * classCount));
        Span<float> groupLosses = stackalloc float[Group];
        ExactSum sum = default;
        foreach ((int start, int groupRows) in new Blocks(labels.Length, Group))
        {
            foreach ((int r, int rows) in new Blocks(groupRows, rowsAtOnce))
            {
                Span<float> wide = rented.AsSpan(0, rows * classCount);
                TensorPrimitives.ConvertToSingle(logits.Slice((start + r) * classCount, wide.Length), wide);
                CrossEntropyRows.Run<float, No>(
                    wide, classCount, labels.Slice(start + r, rows), default, 1, groupLosses.Slice(r, rows));
            }

            sum.Add<float>(groupLosses[..groupRows]);
            if (!losses.IsEmpty) groupLosses[..groupRows].CopyTo(losses[start..]);
        }

        ArrayPool<float>.Shared.Return(rented);
        return sum;
    }

    [SkipLocalsInit]
    public static double HalfSquaredErrors(ReadOnlySpan<Half> predictions, ReadOnlySpan<Half> targets)
    {
        Span<float> y = stackalloc float[ElementLoop.ChunkLength];
        Span<float> t = stackalloc float[ElementLoop.ChunkLength];
        ExactSum sum = default;
        foreach ((int at, int n) in new Blocks(predictions.Length, ElementLoop.ChunkLength))
        {
            TensorPrimitives.ConvertToSingle(predictions.Slice(at, n), y);
            TensorPrimitives.ConvertToSingle(targets.Slice(at, n), t);
            sum.Add(ElementPass.Run(new ElementSpans<float> { First = y[..n], Second = t[..n] }, default(SumOperators.HalfSquaredError)));
        }

        return sum.ToDouble();
    }

    /// <summary>Whole rows near <see cref="PieceLength"/>, at least one.</summary>
    private static int Piece(int classCount) => Math.Max(1, PieceLength / classCount / Group * Group) * classCount;

    private static Span<float> Widen(ReadOnlySpan<Half> logits, int at, int length, Span<float> destination)
    {
        Span<float> piece = destination.Slice(at, length);
        TensorPrimitives.ConvertToSingle(logits.Slice(at, length), piece);
        return piece;
    }
}
