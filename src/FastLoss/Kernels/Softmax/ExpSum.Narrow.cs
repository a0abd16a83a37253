using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <content>A row on registers narrower than the lanes.</content>
internal static unsafe partial class ExpSum<V, T>
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double NarrowRow<TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        nint group = 4 * DoubleSum<V, T>.Lanes;
        nint plainEnd = PlainEnd(n, skip, group);
        T* accumulators = Scratch.Take(stackalloc T[Scratch.Room<T>(4 * DoubleSum<V, T>.Lanes)]);
        double* sums = Scratch.Take(stackalloc double[Scratch.Room<double>(16)]);
        new Span<double>(sums, 16).Clear();
        nint i = 0;
        while (true)
        {
            if (i < plainEnd)
            {
                NarrowBlocks<TShift, TStored>(x + i, e + i, plainEnd - i, shift, accumulators, sums);
                i = plainEnd;
            }

            if (i >= n) break;
            int count = (int)Math.Min(group, n - i);
            NarrowGroup<TShift>(x + i, TStored.Value ? e + i : null, count, (int)(skip - i), shift, accumulators, sums);
            i += count;
            plainEnd = n & -group;
        }

        double total = DoubleSum<V, T>.Total(sums);
        Scratch.Check(accumulators, 4 * DoubleSum<V, T>.Lanes);
        Scratch.Check(sums, 16);
        return total;
    }

    /// <summary>
    /// Whole groups: a sweep over the block for each register of the group, the block being in the first cache (with AVX2 0.24 ns per
    /// float; 0.27 with four accumulators at once, which 16 registers do not hold). It calls nothing, for a constant in a
    /// register does not outlive a call.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void NarrowBlocks<TShift, TStored>(
        T* x, T* e, nint n, in RowShift<T> shift, T* sums, double* totals)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        ExpKernel<V, T> exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        int lanes = DoubleSum<V, T>.Lanes;
        nint group = 4 * lanes;
        for (nint start = 0; start < n; start += DoubleSum<V, T>.BlockLength)
        {
            nint end = Math.Min(n, start + DoubleSum<V, T>.BlockLength);
            for (nint part = 0; part < group; part += V.Count)
            {
                V a = default;
                for (nint i = start + part; i < end; i += group) a = exp.AddTo<TShift, TStored>(a, V.Load(x + i), e + i);
                V.Store(a, sums + part);
            }

            for (nint lane = 0; lane < lanes; lane += V.Count)
            {
                T* p = sums + lane;
                V.AddTo(totals + lane, (V.Load(p) + V.Load(p + lanes)) + (V.Load(p + (2 * lanes)) + V.Load(p + (3 * lanes))));
            }
        }
    }

    /// <summary>The group that needs a mask, without masked instructions: padded on the stack, the lanes that do not count cleared.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void NarrowGroup<TShift>(
        T* x, T* stored, int count, int skip, in RowShift<T> shift, T* padded, double* totals)
        where TShift : struct, IShift
    {
        ExpKernel<V, T> exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        int lanes = DoubleSum<V, T>.Lanes;
        new ReadOnlySpan<T>(x, count).CopyTo(new Span<T>(padded, count));
        int end = (count + lanes - 1) & -lanes;
        for (nint i = 0; i < count; i += V.Count) V.Store(exp.Exp<TShift>(V.Load(padded + i)), padded + i);
        if (stored != null) new ReadOnlySpan<T>(padded, count).CopyTo(new Span<T>(stored, count));
        new Span<T>(padded + count, end - count).Clear();
        if ((uint)skip < (uint)count) padded[skip] = T.Zero;
        for (nint lane = 0; lane < lanes; lane += V.Count)
        {
            V total = default;
            for (nint i = lane; i < end; i += lanes) total += V.Load(padded + i);
            V.AddTo(totals + lane, total);
        }
    }
}
