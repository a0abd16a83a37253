using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <content>A row on registers narrower than the lanes.</content>
internal static unsafe partial class ExpSum
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double NarrowRow<T, TVector, TRegister, TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        nint group = 4 * Vector512<T>.Count;
        nint plainEnd = PlainEnd(n, skip, group);
        DoubleSum total = default;
        nint i = 0;
        while (true)
        {
            if (i < plainEnd)
            {
                NarrowBlocks<T, TVector, TRegister, TShift, TStored>(x + i, e + i, plainEnd - i, shift, ref total);
                i = plainEnd;
            }

            if (i >= n) return total.Total;
            int count = (int)Math.Min(group, n - i);
            Vector512<T> rest;
            NarrowGroup<T, TVector, TRegister, TShift>(x + i, TStored.Value ? e + i : null, count, (int)(skip - i), shift, (T*)&rest);
            total.Add(rest);
            i += count;
            plainEnd = n & -group;
        }
    }

    private readonly struct Accumulators<T>
    {
        public readonly Vector512<T> First, Second, Third, Fourth;
    }

    /// <summary>
    /// Whole groups: a sweep over the block for each register of the group, the block being in the first cache (with AVX2 0.24 ns per
    /// float; 0.27 with four accumulators at once, which 16 registers do not hold). It calls nothing, for a constant in a
    /// register does not outlive a call.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void NarrowBlocks<T, TVector, TRegister, TShift, TStored>(
        T* x, T* e, nint n, in RowShift<T> shift, ref DoubleSum total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        ExpKernel<T, TVector, TRegister> exp = new(Exponent<T>(), shift);
        nint group = 4 * Vector512<T>.Count;
        Accumulators<T> accumulators = default;
        for (nint start = 0; start < n; start += DoubleSum.BlockLength)
        {
            nint end = Math.Min(n, start + DoubleSum.BlockLength);
            for (nint part = 0; part < group; part += TRegister.Count)
            {
                TVector a = default;
                for (nint i = start + part; i < end; i += group) a = Add<T, TVector, TRegister, TShift, TStored>(a, x + i, e + i, exp);
                TRegister.Store(a, (T*)&accumulators + part);
            }

            total.Add(Lanes.Fold(accumulators.First, accumulators.Second, accumulators.Third, accumulators.Fourth));
        }
    }

    /// <summary>The group that needs a mask, without masked instructions: padded on the stack, the lanes that do not count cleared.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void NarrowGroup<T, TVector, TRegister, TShift>(
        T* x, T* stored, int count, int skip, in RowShift<T> shift, T* sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
    {
        ExpKernel<T, TVector, TRegister> exp = new(Exponent<T>(), shift);
        T* padded = Scratch.Take(stackalloc T[Scratch.Room<T>(4 * Vector512<T>.Count)]);
        new ReadOnlySpan<T>(x, count).CopyTo(new Span<T>(padded, count));
        int end = (count + Vector512<T>.Count - 1) & -Vector512<T>.Count;
        for (nint i = 0; i < count; i += TRegister.Count)
        {
            TVector v = TRegister.Load(padded + i);
            TRegister.Store(exp.Exp<TShift>(v), padded + i);
        }

        if (stored != null) new ReadOnlySpan<T>(padded, count).CopyTo(new Span<T>(stored, count));
        new Span<T>(padded + count, end - count).Clear();
        if ((uint)skip < (uint)count) padded[skip] = T.Zero;
        for (nint part = 0; part < Vector512<T>.Count; part += TRegister.Count)
        {
            TVector total = default;
            for (nint i = part; i < end; i += Vector512<T>.Count) total = TRegister.Add(total, TRegister.Load(padded + i));
            TRegister.Store(total, sum + part);
        }

        Scratch.Check(padded, 4 * Vector512<T>.Count);
    }
}
