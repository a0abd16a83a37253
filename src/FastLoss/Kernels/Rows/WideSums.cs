using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>One row's sums in lanes, for <see cref="WideRow"/>.</summary>
internal static unsafe class WideSums<T, TSums>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TSums : struct, IRowSums
{
    private const int Lanes = WideRow.Lanes;

    /// <summary>
    /// Elements summed before they are added to the total: a sum of n positive terms has rounded 256 + n / 4096 times at most, so that
    /// of a million is within 6e-14.
    /// </summary>
    private const int BlockLength = 4096;

    /// <summary>Sets the lanes of the sums over n elements, but for that at <paramref name="skipped"/>, where it is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(in WideRows<T> rows, nint n, nint skipped, double* p, double* sums)
        where V : unmanaged, IPacked<V, double>, IVector<V>
    {
        for (nint i = 0; i < TSums.Sums * Lanes; i += V.Count) V.Store(0, sums + i);
        nint whole = n & -Lanes, odd = skipped >= 0 ? skipped & -Lanes : whole;
        if (odd > 0) Groups<V>(rows, 0, Math.Min(odd, whole), p, sums);
        if (odd < whole)
        {
            Part<V>(rows, odd, Lanes, skipped, p, sums);
            if (odd + Lanes < whole) Groups<V>(rows, odd + Lanes, whole, p, sums);
        }

        if (whole < n) Part<V>(rows, whole, n - whole, skipped, p, sums);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Groups<V>(in WideRows<T> rows, nint first, nint end, double* p, double* sums)
        where V : unmanaged, IPacked<V, double>, IVector<V>
    {
        T* x = rows.X, y = rows.Y, z = rows.Z;
        for (nint block = first; block < end; block += BlockLength)
        {
            nint blockEnd = Math.Min(end, block + BlockLength);
            for (nint lane = 0; lane < Lanes; lane += 2 * V.Count)
            {
                V a0 = 0, a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
                for (nint i = block + lane; i < blockEnd; i += Lanes)
                {
                    TSums.Add(
                        Wide<V, T>.Load(x + i),
                        TSums.Inputs > 1 ? Wide<V, T>.Load(y + i) : default,
                        TSums.Inputs > 2 ? Wide<V, T>.Load(z + i) : default,
                        p,
                        ref a0,
                        ref b0,
                        ref c0);
                    TSums.Add(
                        Wide<V, T>.Load(x + i + V.Count),
                        TSums.Inputs > 1 ? Wide<V, T>.Load(y + i + V.Count) : default,
                        TSums.Inputs > 2 ? Wide<V, T>.Load(z + i + V.Count) : default,
                        p,
                        ref a1,
                        ref b1,
                        ref c1);
                }

                double* at = sums + lane;
                V.AddTo(at, a0);
                V.AddTo(at + V.Count, a1);
                if (TSums.Sums > 1) V.AddTo(at + Lanes, b0);
                if (TSums.Sums > 1) V.AddTo(at + Lanes + V.Count, b1);
                if (TSums.Sums > 2) V.AddTo(at + (2 * Lanes), c0);
                if (TSums.Sums > 2) V.AddTo(at + (2 * Lanes) + V.Count, c1);
            }
        }
    }

    /// <summary>
    /// A group that is not whole, or has an element left out, by its lanes that count: those past the end hold zeros, whose term need
    /// not be zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Part<V>(in WideRows<T> rows, nint group, nint length, nint skipped, double* p, double* sums)
        where V : unmanaged, IPacked<V, double>, IVector<V>
    {
        nint without = Math.Clamp(skipped - group, -1, Lanes);
        for (nint lane = 0; lane < length; lane += V.Count)
        {
            nint i = group + lane;
            int left = (int)Math.Min(length - lane, V.Count), skip = (int)(without - lane);
            V isIn = V.AndNot(V.AndNot(V.FirstLanes(skip), V.FirstLanes(skip + 1)), V.FirstLanes(left));
            V a = 0, b = a, c = a;
            TSums.Add(
                Wide<V, T>.LoadFirst(rows.X + i, left),
                TSums.Inputs > 1 ? Wide<V, T>.LoadFirst(rows.Y + i, left) : default,
                TSums.Inputs > 2 ? Wide<V, T>.LoadFirst(rows.Z + i, left) : default,
                p,
                ref a,
                ref b,
                ref c);
            V.AddTo(sums + lane, a & isIn);
            if (TSums.Sums > 1) V.AddTo(sums + Lanes + lane, b & isIn);
            if (TSums.Sums > 2) V.AddTo(sums + (2 * Lanes) + lane, c & isIn);
        }
    }
}
