using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>What one pass over up to three rows adds to up to three sums.</summary>
internal interface IRowSums
{
    /// <summary>How many rows are read; the others are passed as zeros.</summary>
    static abstract int Inputs { get; }

    /// <summary>Adds what the eight elements from <paramref name="i"/> on contribute.</summary>
    void Add(
        Vector512<double> x,
        Vector512<double> y,
        Vector512<double> z,
        nint i,
        ref Vector512<double> first,
        ref Vector512<double> second,
        ref Vector512<double> third);
}

/// <summary>What one pass over up to three rows writes to up to three others.</summary>
internal interface IRowMap
{
    static abstract int Inputs { get; }

    static abstract int Outputs { get; }

    /// <summary>The results for the eight elements from <paramref name="i"/> on.</summary>
    Vector512<double> Of(
        Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third);
}

internal readonly record struct RowTotals(double First, double Second, double Third);

/// <summary>
/// Passes over one row at a time in double, whatever the element type: a product of two floats, and a difference of most, is exact
/// there, so that what follows may subtract. A float row gives the bits of the same row widened. Two accumulators a sum
/// take eight elements in turn, and are added to the total after a block.
/// </summary>
internal static unsafe class WideRow
{
    private const int Lanes8 = 8;

    /// <summary>
    /// Elements summed before they are added to the total: a sum of n positive terms has rounded 256 + n / 4096 times at most, so that
    /// of a million is within 6e-14.
    /// </summary>
    private const int BlockLength = 4096;

    /// <summary>The sums over the n elements at x, y and z.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static RowTotals Sum<T, TSums>(T* x, T* y, T* z, nint n, TSums sums)
        where T : unmanaged
        where TSums : struct, IRowSums
    {
        Vector512<double> a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        Vector512<double> total0 = default, total1 = default, total2 = default;
        nint i = 0;
        while (true)
        {
            nint blockEnd = i + BlockLength;
            nint end = Math.Min(n - (2 * Lanes8), blockEnd - 1);
            for (; i <= end; i += 2 * Lanes8)
            {
                nint k = i + Lanes8;
                sums.Add(Load(x + i), TSums.Inputs > 1 ? Load(y + i) : default, TSums.Inputs > 2 ? Load(z + i) : default, i, ref a0, ref a1, ref a2);
                sums.Add(Load(x + k), TSums.Inputs > 1 ? Load(y + k) : default, TSums.Inputs > 2 ? Load(z + k) : default, k, ref b0, ref b1, ref b2);
            }

            if (i < blockEnd) break;
            total0 += a0 + b0;
            total1 += a1 + b1;
            total2 += a2 + b2;
            a0 = a1 = a2 = b0 = b1 = b2 = default;
        }

        for (; i < n; i += Lanes8)
        {
            int count = (int)Math.Min(Lanes8, n - i);
            Vector512<double> counted = Lanes.FirstLanes<double>(count);
            Vector512<double> c0 = a0, c1 = a1, c2 = a2;
            sums.Add(
                LoadFirst(x + i, count),
                TSums.Inputs > 1 ? LoadFirst(y + i, count) : default,
                TSums.Inputs > 2 ? LoadFirst(z + i, count) : default,
                i,
                ref c0,
                ref c1,
                ref c2);

            // The lanes past the end hold zeros, whose term need not be zero. The sums change places: a row has at most two such parts.
            (a0, b0) = (b0, Lanes.Select(counted, c0, a0));
            (a1, b1) = (b1, Lanes.Select(counted, c1, a1));
            (a2, b2) = (b2, Lanes.Select(counted, c2, a2));
        }

        return new(Lanes.Sum(total0 + (a0 + b0)), Lanes.Sum(total1 + (a1 + b1)), Lanes.Sum(total2 + (a2 + b2)));
    }

    /// <summary>
    /// Writes the results for the n elements at x, y and z to the destinations, each of which may be null when it is not wanted,
    /// and may be one of the inputs.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Map<T, TMap>(T* x, T* y, T* z, T* destination, T* second, T* third, nint n, TMap map)
        where T : unmanaged
        where TMap : struct, IRowMap
    {
        for (nint i = 0; i < n; i += Lanes8)
        {
            int count = (int)Math.Min(Lanes8, n - i);
            Vector512<double> first = map.Of(
                LoadFirst(x + i, count),
                TMap.Inputs > 1 ? LoadFirst(y + i, count) : default,
                TMap.Inputs > 2 ? LoadFirst(z + i, count) : default,
                i,
                out Vector512<double> v,
                out Vector512<double> w);
            if (destination != null) StoreFirst(first, destination + i, count);
            if (TMap.Outputs > 1 && second != null) StoreFirst(v, second + i, count);
            if (TMap.Outputs > 2 && third != null) StoreFirst(w, third + i, count);
        }
    }

    /// <summary>The largest magnitude of a row, to scale one whose squares leave the range of double; NaN when an element is.</summary>
    public static double MaxMagnitude<T>(T* x, nint n)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load<T>(T* p)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return Vector512.Load((double*)p);
        Vector256<float> v = Vector256.Load((float*)p);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(v)
            : Vector512.Create(Vector256.WidenLower(v), Vector256.WidenUpper(v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> LoadFirst<T>(T* p, int count)
        where T : unmanaged
    {
        if (count == Lanes8) return Load(p);
        return typeof(T) == typeof(double)
            ? Lanes.LoadFirst((double*)p, count)
            : Vector512.WidenLower(Lanes.LoadFirst((float*)p, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFirst<T>(Vector512<double> v, T* p, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            if (count == Lanes8) v.Store((double*)p);
            else Lanes.StoreFirst(v, (double*)p, count);
            return;
        }

        Vector256<float> narrow = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256Single(v)
            : Vector256.Narrow(v.GetLower(), v.GetUpper());
        if (count == Lanes8) narrow.Store((float*)p);
        else Lanes.StoreFirst(Vector512.Create(narrow, Vector256<float>.Zero), (float*)p, count);
    }
}
