using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// The sum of an element-wise pass while it runs, the same on every register: element i of a block of 512 is added in lane
/// i mod 64 (float) or 32 (double); at the block's end the four quarters of the lanes are added, and those sums added to
/// doubles. So a float has been rounded at most 9 times, and a sum of positive ones is within 9 * 2^-24 = 5.4e-7 at any length.
/// </summary>
internal unsafe struct ElementSum
{
    public const int BlockLength = 512;

    private fixed double _lanes[32];
    private fixed double _totals[16];

    /// <summary>Lanes of the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LaneCount<T>() => 256 / Unsafe.SizeOf<T>();

    /// <summary>An empty sum; the lanes only where they are used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(ElementSum* sum, bool withLanes)
    {
        if (withLanes) new Span<double>(sum->_lanes, 32).Clear();
        new Span<double>(sum->_totals, 16).Clear();
    }

    /// <summary>The sum of the lane that element i is added in, and those after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Lane<T>(ElementSum* sum, nint i)
        where T : unmanaged => (T*)sum->_lanes + (i & (LaneCount<T>() - 1));

    /// <summary>Element i is the first of a block after another, whose lanes are still to be added to the totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool StartsBlock(nint i) => i != 0 && (i & (BlockLength - 1)) == 0;

    /// <summary>Adds a lane of each quarter, and those next to it, to the totals: what the end of a block does with them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddQuarters<T, V>(ElementSum* sum, V a, V b, V c, V d, nint lane)
        where T : unmanaged
        where V : unmanaged, IPacked<V, T>, IVector<V> =>
        V.AddTo(sum->_totals + lane, (a + b) + (c + d));

    /// <summary>Stores the same, of a block that has not ended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KeepQuarters<T, V>(ElementSum* sum, V a, V b, V c, V d, nint lane)
        where T : unmanaged
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        T* lanes = (T*)sum->_lanes + lane;
        nint quarter = LaneCount<T>() / 4;
        V.Store(a, lanes);
        V.Store(b, lanes + quarter);
        V.Store(c, lanes + (2 * quarter));
        V.Store(d, lanes + (3 * quarter));
    }

    /// <summary>Adds the lanes to the totals and clears them: the end of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EndBlock<T, V>(ElementSum* sum)
        where T : unmanaged
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        T* lanes = (T*)sum->_lanes;
        int quarter = LaneCount<T>() / 4;
        for (int i = 0; i < quarter; i += V.Count)
        {
            T* a = lanes + i;
            V folded = (V.Load(a) + V.Load(a + quarter)) + (V.Load(a + (2 * quarter)) + V.Load(a + (3 * quarter)));
            V.AddTo(sum->_totals + i, folded);
            V.Store(0, a);
            V.Store(0, a + quarter);
            V.Store(0, a + (2 * quarter));
            V.Store(0, a + (3 * quarter));
        }
    }

    /// <summary>Adds what the elements from i on contribute to the totals at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWide<T, V>(ElementSum* sum, nint i, V added)
        where T : unmanaged
        where V : unmanaged, IPacked<V, T>, IVector<V> =>
        V.AddTo(sum->_totals + (i & ((LaneCount<T>() / 4) - 1)), added);

    /// <summary>The sum of the totals by halving; the lanes have been added.</summary>
    public readonly double Total
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            fixed (double* d = _totals)
            {
                Vector256<double> halves = (Vector256.Load(d) + Vector256.Load(d + 8)) + (Vector256.Load(d + 4) + Vector256.Load(d + 12));
                Vector128<double> quarters = halves.GetLower() + halves.GetUpper();
                return quarters[0] + quarters[1];
            }
        }
    }
}
