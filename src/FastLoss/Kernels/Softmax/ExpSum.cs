using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// The sum of e^x over a row in one pass over memory. No maximum is subtracted: exponentials are scaled by
/// 2^<see cref="Exponent{T}"/>, and a row whose scaled sum lies in [1, <see cref="Limit{T}"/>] has lost nothing: what the
/// clamp of <see cref="ExpKernel{T, TVector, TRegister}"/> cut off is a probability below the smallest normal number. That holds for rows
/// whose largest logit is between -11 and 70 - ln n (float), -177 and 515 - ln n (double); other rows are done again with
/// their largest exponential divided out (<see cref="RowShift{T}"/>). The data alone decide, so every machine decides alike.
/// </summary>
internal static unsafe partial class ExpSum
{
    /// <summary>What a thread takes of a long row at a time; the sums of chunks are added in their order, by <see cref="LongSum"/>.</summary>
    public const int ChunkLength = 32768;

    /// <summary>
    /// Exponentials are scaled by 2 to this power: half-way between what the smallest and the largest rows need in double; in
    /// float logits far above 0 have more room, for of rows of 10 with a standard deviation of 30 all but 8 % fit then, and but 28 % half-way.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Exponent<T>() => typeof(T) == typeof(float) ? 16 : 256;

    /// <summary>2^Exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Scale<T>() => typeof(T) == typeof(float) ? 65536.0 : 1.157920892373162e77;

    /// <summary>2^118 and 2^1000: the largest scaled sum whose reciprocal is a normal number with room to spare.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Limit<T>() => typeof(T) == typeof(float) ? 3.3230699894622897e35 : 1.0715086071862673e301;

    /// <summary>Whether a scaled sum can be trusted (see the class); false for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExact<T>(double scaledSum) => scaledSum >= 1 && scaledSum <= Limit<T>();

    /// <summary>
    /// The sum of e^x[i] 2^Exponent, less the shift, over all i but <paramref name="skip"/> (none when negative). With
    /// <typeparamref name="TStored"/> the scaled exponentials of all elements are left in <paramref name="e"/>.
    /// </summary>
    public static double Scaled<T, TShift, TStored>(
        T* x, T* e, nint n, nint skip, in RowShift<T> shift, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        LongSum sum = default;
        if (!Chunks.IsParallel(n, threads))
        {
            for (nint start = 0; start < n; start += ChunkLength)
            {
                nint length = Math.Min(ChunkLength, n - start);
                sum.Add(Chunk<T, TShift, TStored>(x + start, e + start, length, skip - start, shift));
            }

            return sum.Total;
        }

        int count = Chunks.Count(n, ChunkLength);
        double[] sums = ArrayPool<double>.Shared.Rent(count);
        fixed (double* s = sums)
        {
            Chunks.For(count, n, threads, new SumOfChunk<T, TShift, TStored>(x, e, n, skip, shift, s));
            for (int c = 0; c < count; c++) sum.Add(s[c]);
        }

        ArrayPool<double>.Shared.Return(sums);
        return sum.Total;
    }

    private readonly struct SumOfChunk<T, TShift, TStored>(T* x, T* e, nint n, nint skip, RowShift<T> shift, double* sums) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * ChunkLength;
            nint length = Math.Min(ChunkLength, n - start);
            sums[chunk] = Chunk<T, TShift, TStored>(x + start, e + start, length, skip - start, shift);
        }
    }

    /// <summary>The same, compiled for the kind of the shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Scaled<T, TStored>(
        T* x, T* e, nint n, nint skip, in RowShift<T> shift, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStored : struct, IFlag =>
        shift.IsNone ? Scaled<T, NoShift, TStored>(x, e, n, skip, shift, threads)
        : shift.Offset == T.Zero ? Scaled<T, Divided, TStored>(x, e, n, skip, shift, threads)
        : Scaled<T, Subtracted, TStored>(x, e, n, skip, shift, threads);

    /// <summary>The scaled sum of at most <see cref="ChunkLength"/> elements; skip may lie outside.</summary>
    public static double Chunk<T, TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IShift
        where TStored : struct, IFlag =>
        Avx512F.IsSupported ? Chunk<T, Vector512<T>, Register512<T>, TShift, TStored>(x, e, n, skip, shift)
        : Avx2.IsSupported ? Chunk<T, Vector256<T>, Register256<T>, TShift, TStored>(x, e, n, skip, shift)
        : Chunk<T, Vector128<T>, Register128<T>, TShift, TStored>(x, e, n, skip, shift);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Chunk<T, TVector, TRegister, TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        return Row<T, TVector, TRegister, TShift, TStored>(x, e, n, skip, shift);
    }

    /// <summary>
    /// The scaled sum of each row of a batch over all elements but the label's (over all when there are no labels).
    /// <paramref name="powers"/> receives the power of two that was divided out of each row, mostly 0.
    /// </summary>
    public static void ScaledRows<T, TStored>(T* x, T* e, nint classCount, int rows, int* labels, T* sums, T* powers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStored : struct, IFlag
    {
        if (classCount > ChunkLength)
        {
            for (int r = 0; r < rows; r++)
            {
                nint at = r * classCount;
                RowShift<T> shift = RowShift<T>.Guess(x + at, classCount);
                powers[r] = T.CreateTruncating(shift.Power);
                sums[r] = T.CreateTruncating(
                    Scaled<T, TStored>(x + at, e + at, classCount, labels == null ? -1 : labels[r], shift));
            }

            return;
        }

        bool isShifted = Guess(x, classCount, rows, powers);
        if (Avx512F.IsSupported) PlainRows<T, Vector512<T>, Register512<T>, TStored>(x, e, classCount, rows, labels, sums, powers);
        else if (Avx2.IsSupported) PlainRows<T, Vector256<T>, Register256<T>, TStored>(x, e, classCount, rows, labels, sums, powers);
        else PlainRows<T, Vector128<T>, Register128<T>, TStored>(x, e, classCount, rows, labels, sums, powers);
        for (int r = 0; isShifted && r < rows; r++)
        {
            RowShift<T> shift = new(T.Zero, double.CreateTruncating(powers[r]));
            if (shift.IsNone) continue;
            nint at = r * classCount;
            sums[r] = T.CreateTruncating(Chunk<T, Divided, TStored>(x + at, e + at, classCount, labels == null ? -1 : labels[r], shift));
        }
    }

    /// <summary>powers[r] = the power of two to divide out of row r; whether any is not 0.</summary>
    private static bool Guess<T>(T* x, nint classCount, int rows, T* powers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isShifted = false;
        for (int r = 0; r < rows; r++, x += classCount)
        {
            double power = RowShift<T>.Guess(x, classCount).Power;
            powers[r] = T.CreateTruncating(power);
            isShifted |= power != 0;
        }

        return isShifted;
    }

    /// <summary>The rows that have no power. With wide registers it calls nothing: a constant in a register does not outlive a call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PlainRows<T, TVector, TRegister, TStored>(
        T* x, T* e, nint classCount, int rows, int* labels, T* sums, T* powers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TStored : struct, IFlag
    {
        for (int r = 0; r < rows; r++)
        {
            if (powers[r] == T.Zero)
            {
                nint skip = labels == null ? -1 : labels[r];
                sums[r] = T.CreateTruncating(Row<T, TVector, TRegister, NoShift, TStored>(x, e, classCount, skip, default));
            }

            x += classCount;
            e += classCount;
        }
    }

    /// <summary>The largest x[i], i other than <paramref name="skip"/>; -infinity when there is none. NaN need not be seen.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Max<T>(T* x, nint n, nint skip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint lanes = Vector512<T>.Count;
        nint group = 4 * lanes;
        nint full = n & -group;
        nint plainEnd = (nuint)skip < (nuint)n ? Math.Min(skip, full) & -group : full;
        Vector512<T> lowest = Vector512.Create(T.NegativeInfinity);
        Vector512<T> a0 = lowest, a1 = a0, a2 = a0, a3 = a0;
        nint i = 0;
        while (true)
        {
            for (; i < plainEnd; i += group)
            {
                // The argument order keeps a NaN out of the accumulator: the sum will find it.
                a0 = Lanes.AtLeast(Vector512.Load(x + i), a0);
                a1 = Lanes.AtLeast(Vector512.Load(x + i + lanes), a1);
                a2 = Lanes.AtLeast(Vector512.Load(x + i + (2 * lanes)), a2);
                a3 = Lanes.AtLeast(Vector512.Load(x + i + (3 * lanes)), a3);
            }

            if (i >= n) break;
            nint groupEnd = Math.Min(n, i + group);
            for (; i < groupEnd; i += lanes)
            {
                int count = (int)Math.Min(lanes, n - i);
                Vector512<T> counted = Lanes.FirstLanes<T>(count);
                if (skip >= i && skip < i + lanes) counted &= ~Lanes.OneLane<T>((int)(skip - i));
                a0 = Lanes.AtLeast(Vector512.ConditionalSelect(counted, Lanes.LoadFirst(x + i, count), lowest), a0);
            }

            plainEnd = full;
        }

        return Lanes.Max(Lanes.AtLeast(Lanes.AtLeast(a0, a1), Lanes.AtLeast(a2, a3)));
    }
}
