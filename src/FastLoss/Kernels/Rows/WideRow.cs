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

    /// <summary>How many numbers of the loss are read.</summary>
    static abstract int Numbers { get; }

    /// <summary>Adds what a register's elements contribute; number k of the loss stands at p + <see cref="WideRow.Number"/> k, for each lane.</summary>
    static abstract void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
        where V : unmanaged, IPacked<V, double>, IVector<V>;
}

/// <summary>What one pass over up to three rows writes to up to three others.</summary>
internal unsafe interface IRowMap
{
    static abstract int Inputs { get; }

    static abstract int Outputs { get; }

    /// <summary>How many numbers of the loss are read.</summary>
    static abstract int Numbers { get; }

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

    /// <summary>Lanes that elements are summed in.</summary>
    public const int Lanes = 16;

    /// <summary>The doubles of a buffer for the lanes of three sums.</summary>
    public const int LanesLength = 4 * Lanes;

    /// <summary>The doubles of a buffer for so many numbers, by rows or by columns.</summary>
    public static int BufferLength(int numbers) => (numbers * Number) + Vector512<double>.Count;

    /// <summary>A number that all elements of a row share, for each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(double* p, int number, double value) => Vector512.Create(value).Store(p + (number * Number));

    /// <summary>The sums over the n elements of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowTotals Sum<T, TSums>(WideRows<T> rows, nint n, double* p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IRowSums => Dispatch.Run<double, SumsOf<T, TSums>, RowTotals>(new(rows, n, p));

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

    /// <summary>The sum of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Total(double* sums)
    {
        Vector256<double> a = Vector256.Load(sums) + Vector256.Load(sums + 8), b = Vector256.Load(sums + 4) + Vector256.Load(sums + 12);
        a += b;
        return (a[0] + a[1]) + (a[2] + a[3]);
    }

    private readonly struct SumsOf<T, TSums>(WideRows<T> rows, nint n, double* p) : IKernel<double, RowTotals>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IRowSums
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public RowTotals Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(LanesLength)]);
            double* sums = Scratch.Aligned(buffer);
            WideSums<T, TSums>.Add<V>(rows, n, -1, p, sums);
            RowTotals totals = new(Total(sums), TSums.Sums > 1 ? Total(sums + Lanes) : 0, TSums.Sums > 2 ? Total(sums + (2 * Lanes)) : 0);
            Scratch.Check(buffer, LanesLength);
            return totals;
        }
    }

    private readonly struct MapOf<T, TMap>(WideRows<T> rows, WideRows<T> destinations, nint n, double* p) : IKernel<double, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            WideMap<T, TMap>.Write<V>(rows, destinations, n, p);
            return 0;
        }
    }
}
