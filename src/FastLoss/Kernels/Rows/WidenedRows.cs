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
