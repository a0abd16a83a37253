using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <content>One row, or a chunk of one.</content>
internal static unsafe partial class ExpSum<V, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Row<TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where TShift : struct, IShift
        where TStored : struct, IFlag =>
        sizeof(V) == 64 ? WideRow<TShift, TStored>(x, e, n, skip, shift) : NarrowRow<TShift, TStored>(x, e, n, skip, shift);

    /// <summary>Where the next group that needs a mask begins: the label's, or the last when it is not whole.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint PlainEnd(nint n, nint skip, nint group) =>
        ((nuint)skip < (nuint)n ? Math.Min(skip, n & -group) : n) & -group;

    /// <summary>In twos, and the accumulators of a group in two of them; all in one method, which calls nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double WideRow<TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        ExpKernel<V, T> exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        nint lanes = sizeof(V) / sizeof(T), group = 4 * lanes;
        nint plainEnd = PlainEnd(n, skip, group);
        V low = default, high = default;
        nint i = 0;
        while (true)
        {
            while (i < plainEnd)
            {
                nint end = Math.Min(plainEnd, i + DoubleSum<V, T>.BlockLength);
                V a0 = default, a1 = default, a2 = default, a3 = default;
                for (; i < end; i += group)
                {
                    exp.AddTwo<TShift, TStored>(ref a0, ref a1, x + i, e + i);
                    exp.AddTwo<TShift, TStored>(ref a2, ref a3, x + i + (2 * lanes), e + i + (2 * lanes));
                }

                V.AddWidened((a0 + a1) + (a2 + a3), ref low, ref high);
            }

            if (i >= n) return DoubleSum<V, T>.Total(low, high);
            V rest = default;
            for (nint end = Math.Min(n, i + group); i < end; i += lanes)
            {
                rest += Masked<TShift, TStored>(x + i, e + i, (int)(n - i), (int)(skip - i), exp);
            }

            V.AddWidened(rest, ref low, ref high);
            plainEnd = n & -group;
        }
    }

    /// <summary>The exponentials of a vector that may end early, and 0 past its end and for the label. No branches: where the label is varies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Masked<TShift, TStored>(
        T* x, T* e, int count, int skip, in ExpKernel<V, T> exp)
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        V v = exp.Exp<TShift>(V.LoadFirst(x, count));
        if (TStored.Value) V.StoreFirst(v, e, count);
        return V.AndNot(V.OneLane(skip), v & V.FirstLanes(count));
    }
}
