using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What one pass over up to three rows adds to up to three sums.</summary>
internal unsafe interface IRowSums
{
    /// <summary>How many rows are read; the others are passed as zeros.</summary>
    static abstract int Inputs { get; }

    /// <summary>How many sums there are.</summary>
    static abstract int Sums { get; }

    /// <summary>Adds what a register's elements contribute; number k of the loss stands at p + <see cref="WideRow.Number"/> k, for each lane.</summary>
    static abstract void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
        where V : unmanaged, IPacked<V, double>, IVector<V>;
}

/// <summary>What one pass over up to three rows writes to up to three others.</summary>
internal unsafe interface IRowMap
{
    static abstract int Inputs { get; }

    static abstract int Outputs { get; }

    /// <summary>The results for a register's elements.</summary>
    static abstract V Of<V>(V x, V y, V z, double* p, out V second, out V third)
        where V : unmanaged, IPacked<V, double>, IVector<V>;
}

/// <summary>Up to three rows of elements, null where there are fewer.</summary>
internal unsafe struct WideRows<T>(T* x, T* y = null, T* z = null)
    where T : unmanaged
{
    public T* X = x, Y = y, Z = z;
}

internal readonly record struct RowTotals(double First, double Second, double Third);

/// <summary>
/// Passes over one row at a time in double, whatever the element type: a product of two floats, and a difference of most, is exact
/// there, so that what follows may subtract. A float row gives the bits of the same row widened. Element i is summed in lane i mod 16
/// on every register; narrow ones sweep a block several times.
/// </summary>
internal static unsafe class WideRow
{
    /// <summary>From one number of a loss to the next: one for each row of a block, where a lane is a row.</summary>
    public const int Number = SmallRows.BlockRows;

    private const int Lanes = 16;

    /// <summary>The doubles of a buffer for so many numbers, by rows or by columns.</summary>
    public static int BufferLength(int numbers) => (numbers * Number) + Vector512<double>.Count;

    /// <summary>
    /// Elements summed before they are added to the total: a sum of n positive terms has rounded 256 + n / 4096 times at most, so that
    /// of a million is within 6e-14.
    /// </summary>
    private const int BlockLength = 4096;

    /// <summary>A number that all elements of a row share, for each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(double* p, int number, double value) => Vector512.Create(value).Store(p + (number * Number));

    /// <summary>The sums over the n elements of rows, but for that at <paramref name="skipped"/>, where it is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowTotals Sum<T, TSums>(WideRows<T> rows, nint n, double* p, nint skipped = -1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IRowSums => Dispatch.Run<double, SumsOf<T, TSums>, RowTotals>(new(rows, n, p, skipped));

    /// <summary>
    /// Writes the results for the n elements of rows to the destinations, each of which may be null when it is not wanted,
    /// and may be one of the inputs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(WideRows<T> rows, WideRows<T> destinations, nint n, double* p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap => Dispatch.Run<double, MapOf<T, TMap>, int>(new(rows, destinations, n, p));

    /// <summary>The largest magnitude of a row, to scale one whose squares leave the range of double; NaN when an element is.</summary>
    public static double MaxMagnitude<T>(T* x, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = T.Zero;
        for (nint i = 0; i < n; i++) max = T.Max(max, T.Abs(x[i])); // Max gives NaN when either is
        return double.CreateTruncating(max);
    }

    /// <summary>The power of two that brings a magnitude to about 1; NaN for one that has none. No more than 2^1000, which is finite.</summary>
    public static double ScaleOf(double magnitude) =>
        double.IsFinite(magnitude) ? Math.ScaleB(1, -Math.Max(-1000, magnitude == 0 ? 0 : Math.ILogB(magnitude))) : double.NaN;

    /// <summary>Whether a sum of squares has lost nothing to overflow or underflow.</summary>
    public static bool IsInRange(double squares) => squares is >= 1e-250 and <= 1e300;

    private readonly struct SumsOf<T, TSums>(WideRows<T> rows, nint n, double* p, nint skipped) : IKernel<double, RowTotals>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IRowSums
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public RowTotals Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(4 * Lanes)]);
            double* sums = Scratch.Aligned(buffer);
            for (nint i = 0; i < TSums.Sums * Lanes; i += V.Count) V.Store(0, sums + i);
            nint whole = n & -Lanes, odd = skipped >= 0 ? skipped & -Lanes : whole;
            if (odd > 0) Groups<V>(rows, 0, Math.Min(odd, whole), p, sums);
            if (odd < whole)
            {
                Part<V>(odd, Lanes, sums);
                if (odd + Lanes < whole) Groups<V>(rows, odd + Lanes, whole, p, sums);
            }

            if (whole < n) Part<V>(whole, n - whole, sums);
            RowTotals totals = new(Total(sums), TSums.Sums > 1 ? Total(sums + Lanes) : 0, TSums.Sums > 2 ? Total(sums + (2 * Lanes)) : 0);
            Scratch.Check(buffer, 4 * Lanes);
            return totals;
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
        private void Part<V>(nint group, nint length, double* sums)
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

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static double Total(double* sums)
        {
            Vector256<double> a = Vector256.Load(sums) + Vector256.Load(sums + 8), b = Vector256.Load(sums + 4) + Vector256.Load(sums + 12);
            a += b;
            return (a[0] + a[1]) + (a[2] + a[3]);
        }
    }

    private readonly struct MapOf<T, TMap>(WideRows<T> rows, WideRows<T> destinations, nint n, double* p) : IKernel<double, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            T* x = rows.X, y = rows.Y, z = rows.Z, first = destinations.X, second = destinations.Y, third = destinations.Z;
            double* numbers = p;
            nint i = 0;
            for (nint end = n - V.Count; i <= end; i += V.Count)
            {
                V u = TMap.Of(
                    Wide<V, T>.Load(x + i),
                    TMap.Inputs > 1 ? Wide<V, T>.Load(y + i) : default,
                    TMap.Inputs > 2 ? Wide<V, T>.Load(z + i) : default,
                    numbers,
                    out V v,
                    out V w);
                if (TMap.Outputs == 1 || first != null) Wide<V, T>.Store(u, first + i);
                if (TMap.Outputs > 1 && second != null) Wide<V, T>.Store(v, second + i);
                if (TMap.Outputs > 2 && third != null) Wide<V, T>.Store(w, third + i);
            }

            if (i < n) Last<V>(i);
            return 0;
        }

        /// <summary>The elements past the last whole register.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Last<V>(nint i)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(3 * V.Count)]);
            int left = (int)(n - i);
            V u = TMap.Of(
                Wide<V, T>.LoadFirst(rows.X + i, left),
                TMap.Inputs > 1 ? Wide<V, T>.LoadFirst(rows.Y + i, left) : default,
                TMap.Inputs > 2 ? Wide<V, T>.LoadFirst(rows.Z + i, left) : default,
                p,
                out V v,
                out V w);
            Wide<V, T>.Store(u, buffer);
            if (TMap.Outputs > 1) Wide<V, T>.Store(v, buffer + V.Count);
            if (TMap.Outputs > 2) Wide<V, T>.Store(w, buffer + (2 * V.Count));
            for (int k = 0; k < left; k++)
            {
                if (TMap.Outputs == 1 || destinations.X != null) destinations.X[i + k] = buffer[k];
                if (TMap.Outputs > 1 && destinations.Y != null) destinations.Y[i + k] = buffer[V.Count + k];
                if (TMap.Outputs > 2 && destinations.Z != null) destinations.Z[i + k] = buffer[(2 * V.Count) + k];
            }

            Scratch.Check(buffer, 3 * V.Count);
        }
    }
}
