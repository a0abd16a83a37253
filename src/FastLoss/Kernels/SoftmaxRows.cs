using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Softmax, log-softmax and log-sum-exp of every row of a batch.</summary>
internal static unsafe class SoftmaxRows
{
    [SkipLocalsInit]
    public static void Softmax<T>(ReadOnlySpan<T> logits, int classCount, Span<T> probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = logits.Length / classCount;
        fixed (T* x = logits)
        fixed (T* p = probabilities)
        {
            if (classCount <= SmallRows.MaxClasses<T>())
            {
                T* rowTable = stackalloc T[classCount * Vector512<T>.Count];
                SmallRows.FillRowTable(rowTable, classCount);
                for (int r = 0; r < rows; r += SmallRows.BlockRows)
                {
                    long at = (long)r * classCount;
                    SmallBlock(x + at, classCount, Math.Min(SmallRows.BlockRows, rows - r), p + at, rowTable);
                }
            }
            else
            {
                int blockRows = Math.Clamp(4096 / classCount, 1, SmallRows.BlockRows);
                for (int r = 0; r < rows; r += blockRows)
                {
                    long at = (long)r * classCount;
                    if (blockRows == 1) SoftmaxRow.Softmax(x + at, p + at, classCount);
                    else LargeBlock(x + at, classCount, Math.Min(blockRows, rows - r), p + at);
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
    private static void SmallBlock<T>(T* x, int classCount, int rows, T* probabilities, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* e = stackalloc T[SmallRows.BufferLength<T>(classCount)];
        T* sums = stackalloc T[SmallRows.BlockRows];
        T* leasts = stackalloc T[SmallRows.BlockRows];
        SmallRows.Exp(x, e, rows * classCount);
        SmallRows.Sum<T, No>(e, classCount, rows, null, sums);
        ulong repairs = Reciprocals(sums, leasts, rows);
        for (; repairs != 0; repairs &= repairs - 1)
        {
            int r = BitOperations.TrailingZeroCount(repairs);
            SoftmaxRow.ShiftedSoftmax(x + (r * classCount), e + (r * classCount), classCount);
            sums[r] = T.One;
            leasts[r] = T.Zero;
        }

        SmallRows.Scale(e, probabilities, classCount, rows, sums, leasts, rowTable);
    }

    /// <summary>Rows that fit the stack together.</summary>
    [SkipLocalsInit]
    private static void LargeBlock<T>(T* x, int classCount, int rows, T* probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* local = stackalloc T[x == probabilities ? rows * classCount : 1];
        T* e = x == probabilities ? local : probabilities;
        T* sums = stackalloc T[SmallRows.BlockRows];
        ExpSum.ScaledRows<T, Yes>(x, e, classCount, rows, null, sums);
        for (int r = 0; r < rows; r++)
        {
            double sum = double.CreateTruncating(sums[r]);
            long at = (long)r * classCount;
            if (ExpSum.IsExact<T>(sum)) ScaleExp.Reload(e + at, probabilities + at, classCount, 1 / sum);
            else SoftmaxRow.ShiftedSoftmax(x + at, probabilities + at, classCount);
        }
    }

    /// <summary>
    /// sums[r] becomes the factor 1 / sums[r], leasts[r] the exponential below which the product is subnormal; returns a bit for
    /// each row whose sum is not exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Reciprocals<T>(T* sums, T* leasts, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>());
        ulong exact = 0;
        for (int r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> sum = Vector512.Load(sums + r);
            Vector512<T> isExact = Vector512.GreaterThanOrEqual(sum, Vector512<T>.One) & Vector512.LessThanOrEqual(sum, limit);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << r;
            ScaleExp.Least(sum).Store(leasts + r);
            (Vector512<T>.One / sum).Store(sums + r);
        }

        return ~exact & (ulong.MaxValue >> (SmallRows.BlockRows - rows));
    }
}
