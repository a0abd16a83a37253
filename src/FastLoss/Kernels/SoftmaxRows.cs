using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Softmax, log-softmax and log-sum-exp of every row of a batch.</summary>
internal static unsafe class SoftmaxRows
{
    public static void Softmax<T>(ReadOnlySpan<T> logits, int classCount, Span<T> probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = logits.Length / classCount;
        fixed (T* x = logits)
        fixed (T* p = probabilities)
        {
            if (classCount <= SmallRows.MaxClasses<T>())
            {
                for (int r = 0; r < rows; r += SmallRows.BlockRows)
                {
                    long at = (long)r * classCount;
                    SmallBlock(x + at, classCount, Math.Min(SmallRows.BlockRows, rows - r), p + at);
                }
            }
            else
            {
                for (int r = 0; r < rows; r++)
                {
                    long at = (long)r * classCount;
                    SoftmaxRow.Softmax(x + at, p + at, classCount);
                }
            }
        }
    }

    public static void LogSoftmax<T>(ReadOnlySpan<T> logits, int classCount, Span<T> logProbabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        fixed (T* p = logProbabilities)
        {
            for (long at = 0; at < logits.Length; at += classCount) SoftmaxRow.LogSoftmax(x + at, p + at, classCount);
        }
    }

    public static void LogSumExp<T>(ReadOnlySpan<T> logits, int classCount, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = logits)
        {
            for (int r = 0; r < destination.Length; r++)
            {
                destination[r] = T.CreateTruncating(SoftmaxRow.LogSumExp(x + ((long)r * classCount), classCount));
            }
        }
    }

    [SkipLocalsInit]
    private static void SmallBlock<T>(T* x, int classCount, int rows, T* probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* e = stackalloc T[SmallRows.BufferLength<T>(classCount)];
        T* sums = stackalloc T[SmallRows.BlockRows];
        T* leasts = stackalloc T[SmallRows.BlockRows];
        SmallRows.Exp(x, e, rows * classCount);
        SmallRows.Sum(e, classCount, rows, sums);
        ulong repairs = 0;
        for (int r = 0; r < rows; r++)
        {
            if (ExpSum.IsExact<T>(double.CreateTruncating(sums[r]))) continue;
            repairs |= 1UL << r;
        }

        Reciprocals(sums, leasts, rows);
        for (; repairs != 0; repairs &= repairs - 1)
        {
            int r = BitOperations.TrailingZeroCount(repairs);
            SoftmaxRow.ShiftedSoftmax(x + (r * classCount), e + (r * classCount), classCount);
            sums[r] = T.One;
            leasts[r] = T.Zero;
        }

        SmallRows.Scale(e, probabilities, classCount, rows, sums, leasts);
    }

    /// <summary>sums[r] becomes the factor 1 / sums[r]; leasts[r] the exponential below which the product is subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Reciprocals<T>(T* sums, T* leasts, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> sum = Vector512.Load(sums + r);
            ScaleExp.Least(sum).Store(leasts + r);
            (Vector512<T>.One / sum).Store(sums + r);
        }
    }
}
