using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The derivative of softmax cross-entropy by its targets, in place of the logits, a block of rows at a time: it is linear in the targets, so
/// that of class c is -ln p_c times weights alone.
/// </summary>
internal static class TargetSlopes
{
    /// <summary>Elements of a block of rows, which lies in the first cache between its passes.</summary>
    private const int BlockLength = 2048;

    /// <summary>What each row weighs, 0 where it is masked or, of logits where there are some, has no open class.</summary>
    public static void Weigh<T>(ReadOnlySpan<T> weights, ReadOnlySpan<bool> mask, ReadOnlySpan<T> logits, Span<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classCount = factors.IsEmpty ? 0 : logits.Length / factors.Length;
        for (int r = 0; r < factors.Length; r++)
        {
            bool isOut = (!mask.IsEmpty && !mask[r])
                || (classCount > 0 && logits.Slice(r * classCount, classCount).IndexOfAnyExcept(T.NegativeInfinity) < 0);
            factors[r] = isOut ? T.Zero : weights.IsEmpty ? T.One : weights[r];
        }
    }

    /// <summary>
    /// Writes factors[r] * classWeights[c] * (1 - p_c)^gamma * -ln p_c of each row over its scores, which the transform makes logits of, and 0 where
    /// a factor is 0.
    /// </summary>
    public static unsafe void Run<T>(
        Span<T> scores, int classCount, ReadOnlySpan<T> classWeights, ReadOnlySpan<T> factors, LogitTransform transform, double gamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int start, int count) in new Blocks(factors.Length, Math.Max(1, BlockLength / classCount)))
        {
            Span<T> block = scores.Slice(start * classCount, count * classCount);
            ElementSpans<T> spans = new() { First = block, Results = block };
            if (!transform.IsIdentity)
            {
                fixed (T* z = block) transform.Run(z, z, block.Length);
            }

            SoftmaxRows.LogSoftmax(block, classCount, block, 0);
            if (gamma == 0) ElementPass.Sum(spans, default(Plain));
            else ElementPass.Sum(spans, new Focal(gamma));
            for (int r = 0; r < count; r++)
            {
                Span<T> row = block.Slice(r * classCount, classCount);
                T factor = factors[start + r];
                if (factor == T.Zero)
                {
                    row.Clear();
                    continue;
                }

                TensorPrimitives.Multiply(row, factor, row);
                if (!classWeights.IsEmpty) TensorPrimitives.Multiply(row, classWeights, row);
            }
        }
    }

    /// <summary>-l of log-probabilities l, 0 for those of masked classes, which have no part in the loss.</summary>
    private readonly struct Plain : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return V.AndNot(V.Equal(first, double.NegativeInfinity), -first);
        }
    }

    /// <summary>The same times (1 - e^l)^gamma.</summary>
    private readonly struct Focal(double gamma) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V slope = -first * V.Pow(V.Abs(V.ExpM1(first)), V.Parameter(gamma));
            return V.AndNot(V.Equal(first, double.NegativeInfinity), slope);
        }
    }
}
