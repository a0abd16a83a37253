using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The sums of <see cref="ExpSum"/> on one register.</summary>
internal static unsafe partial class ExpSum<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ChunkLength = ExpSum.ChunkLength;

    /// <summary>
    /// The sum of e^x[i] 2^Exponent, less the shift, over all i but <paramref name="skip"/> (none when negative). With
    /// <typeparamref name="TStored"/> the scaled exponentials of all elements are left in <paramref name="e"/>.
    /// </summary>
    public static double Scaled<TShift, TStored>(
        T* x, T* e, nint n, nint skip, in RowShift<T> shift, int threads = 0)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        LongSum sum = default;
        if (!Chunks.IsParallel(n, threads))
        {
            for (nint start = 0; start < n; start += ChunkLength)
            {
                nint length = Math.Min(ChunkLength, n - start);
                sum.Add(Chunk<TShift, TStored>(x + start, e + start, length, skip - start, shift));
            }

            return sum.Total;
        }

        int count = Chunks.Count(n, ChunkLength);
        double[] sums = ArrayPool<double>.Shared.Rent(count);
        fixed (double* s = sums)
        {
            Chunks.For(count, n, threads, new SumOfChunk<TShift, TStored>(x, e, n, skip, shift, s));
            for (int c = 0; c < count; c++) sum.Add(s[c]);
        }

        ArrayPool<double>.Shared.Return(sums);
        return sum.Total;
    }

    private readonly struct SumOfChunk<TShift, TStored>(T* x, T* e, nint n, nint skip, RowShift<T> shift, double* sums) : IChunkBody
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * ChunkLength;
            nint length = Math.Min(ChunkLength, n - start);
            sums[chunk] = Chunk<TShift, TStored>(x + start, e + start, length, skip - start, shift);
        }
    }

    /// <summary>The same, compiled for the kind of the shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Scaled<TStored>(
        T* x, T* e, nint n, nint skip, in RowShift<T> shift, int threads = 0)
        where TStored : struct, IFlag =>
        shift.IsNone ? Scaled<NoShift, TStored>(x, e, n, skip, shift, threads)
        : shift.Offset == T.Zero ? Scaled<Divided, TStored>(x, e, n, skip, shift, threads)
        : Scaled<Subtracted, TStored>(x, e, n, skip, shift, threads);

    /// <summary>The scaled sum of at most <see cref="ExpSum.ChunkLength"/> elements; skip may lie outside.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Chunk<TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        return Row<TShift, TStored>(x, e, n, skip, shift);
    }

    /// <summary>
    /// The scaled sum of each row of a batch over all elements but the label's (over all when there are no labels).
    /// <paramref name="powers"/> receives the power of two that was divided out of each row, mostly 0.
    /// </summary>
    public static void ScaledRows<TStored>(T* x, T* e, nint classCount, int rows, int* labels, T* sums, T* powers)
        where TStored : struct, IFlag
    {
        if (classCount > ChunkLength)
        {
            for (int r = 0; r < rows; r++)
            {
                nint at = r * classCount;
                RowShift<T> shift = RowShift<T>.Guess<V>(x + at, classCount);
                powers[r] = T.CreateTruncating(shift.Power);
                sums[r] = T.CreateTruncating(
                    Scaled<TStored>(x + at, e + at, classCount, labels == null ? -1 : labels[r], shift));
            }

            return;
        }

        bool isShifted = Guess(x, classCount, rows, powers);
        PlainRows<TStored>(x, e, classCount, rows, labels, sums, powers);
        for (int r = 0; isShifted && r < rows; r++)
        {
            RowShift<T> shift = new(T.Zero, double.CreateTruncating(powers[r]));
            if (shift.IsNone) continue;
            nint at = r * classCount;
            sums[r] = T.CreateTruncating(Chunk<Divided, TStored>(x + at, e + at, classCount, labels == null ? -1 : labels[r], shift));
        }
    }

    /// <summary>powers[r] = the power of two to divide out of row r; whether any is not 0.</summary>
    private static bool Guess(T* x, nint classCount, int rows, T* powers)
    {
        bool isShifted = false;
        for (int r = 0; r < rows; r++, x += classCount)
        {
            double power = RowShift<T>.Guess<V>(x, classCount).Power;
            powers[r] = T.CreateTruncating(power);
            isShifted |= power != 0;
        }

        return isShifted;
    }

    /// <summary>The rows that have no power. With wide registers it calls nothing: a constant in a register does not outlive a call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PlainRows<TStored>(
        T* x, T* e, nint classCount, int rows, int* labels, T* sums, T* powers)
        where TStored : struct, IFlag
    {
        for (int r = 0; r < rows; r++)
        {
            if (powers[r] == T.Zero)
            {
                nint skip = labels == null ? -1 : labels[r];
                sums[r] = T.CreateTruncating(Row<NoShift, TStored>(x, e, classCount, skip, default));
            }

            x += classCount;
            e += classCount;
        }
    }

    /// <summary>The largest x[i], i other than <paramref name="skip"/>; -infinity when there is none. NaN need not be seen.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Max(T* x, nint n, nint skip)
    {
        nint group = 4 * V.Count;
        nint full = n & -group;
        nint plainEnd = (nuint)skip < (nuint)n ? Math.Min(skip, full) & -group : full;
        V a0 = double.NegativeInfinity, a1 = a0, a2 = a0, a3 = a0;
        nint i = 0;
        while (true)
        {
            for (; i < plainEnd; i += group)
            {
                // The argument order keeps a NaN out of the accumulator: the sum will find it.
                a0 = V.Max(V.Load(x + i), a0);
                a1 = V.Max(V.Load(x + i + V.Count), a1);
                a2 = V.Max(V.Load(x + i + (2 * V.Count)), a2);
                a3 = V.Max(V.Load(x + i + (3 * V.Count)), a3);
            }

            if (i >= n) break;
            nint groupEnd = Math.Min(n, i + group);
            for (; i < groupEnd; i += V.Count)
            {
                int count = (int)Math.Min(V.Count, n - i);
                V counted = V.FirstLanes(count);
                if (skip >= i && skip < i + V.Count) counted = V.AndNot(V.OneLane((int)(skip - i)), counted);
                a0 = V.Max(V.Where(counted, V.LoadFirst(x + i, count), double.NegativeInfinity), a0);
            }

            plainEnd = full;
        }

        return LaneFold<V, T>.Of<Maximum>(V.Max(V.Max(a0, a1), V.Max(a2, a3)));
    }
}
