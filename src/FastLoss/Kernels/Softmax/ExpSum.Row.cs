using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <content>One row, or a chunk of one.</content>
internal static unsafe partial class ExpSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Row<T, TVector, TRegister, TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        return typeof(TVector) == typeof(Vector512<T>)
            ? WideRow<T, TVector, TRegister, TShift, TStored>(x, e, n, skip, shift)
            : NarrowRow<T, TVector, TRegister, TShift, TStored>(x, e, n, skip, shift);
    }

    /// <summary>Where the next group that needs a mask begins: the label's, or the last when it is not whole.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint PlainEnd(nint n, nint skip, nint group) =>
        ((nuint)skip < (nuint)n ? Math.Min(skip, n & -group) : n) & -group;

    /// <summary>In twos, and the accumulators of a group in two of them; all in one method, which calls nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double WideRow<T, TVector, TRegister, TShift, TStored>(T* x, T* e, nint n, nint skip, in RowShift<T> shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        ExpKernel<T, TVector, TRegister> exp = new(Exponent<T>(), shift);
        ExpKernel<T, Pair<TVector>, Two<T, TVector, TRegister>> two = new(Exponent<T>(), shift);
        nint lanes = Vector512<T>.Count;
        nint group = 4 * lanes;
        nint plainEnd = PlainEnd(n, skip, group);
        DoubleSum total = default;
        nint i = 0;
        while (true)
        {
            while (i < plainEnd)
            {
                nint end = Math.Min(plainEnd, i + DoubleSum.BlockLength);
                Pair<TVector> a = default, b = default;
                for (; i < end; i += group)
                {
                    a = Add<T, Pair<TVector>, Two<T, TVector, TRegister>, TShift, TStored>(a, x + i, e + i, two);
                    b = Add<T, Pair<TVector>, Two<T, TVector, TRegister>, TShift, TStored>(b, x + i + (2 * lanes), e + i + (2 * lanes), two);
                }

                TVector sum = TRegister.Add(TRegister.Add(a.First, a.Second), TRegister.Add(b.First, b.Second));
                total.Add(Unsafe.BitCast<TVector, Vector512<T>>(sum));
            }

            if (i >= n) return total.Total;
            Vector512<T> rest = Vector512<T>.Zero;
            for (nint end = Math.Min(n, i + group); i < end; i += lanes)
            {
                rest += Masked<T, TVector, TRegister, TShift, TStored>(x + i, e + i, (int)(n - i), (int)(skip - i), exp);
            }

            total.Add(rest);
            plainEnd = n & -group;
        }
    }

    /// <summary>The exponentials of a vector that may end early, and 0 past its end and for the label. No branches: where the label is varies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Masked<T, TVector, TRegister, TShift, TStored>(
        T* x, T* e, int count, int skip, in ExpKernel<T, TVector, TRegister> exp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        Vector512<T> v = exp.ExpLanes<TShift>(Lanes.LoadFirst(x, count));
        if (TStored.Value) Lanes.StoreFirst(v, e, count);
        return Vector512.AndNot(v & Lanes.FirstLanes<T>(count), Lanes.OneLane<T>(skip));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add<T, TVector, TRegister, TShift, TStored>(
        TVector sum, T* x, T* e, in ExpKernel<T, TVector, TRegister> exp)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TShift : struct, IShift
        where TStored : struct, IFlag
    {
        TVector v = TRegister.Load(x);
        return exp.AddTo<TShift, TStored>(sum, v, e);
    }
}
