using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>The sum of the lane that element i is added in, and those after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Lane<T>(ElementSum* sum, nint i)
        where T : unmanaged => (T*)sum->_lanes + (i & (LaneCount<T>() - 1));

    /// <summary>Element i is the first of a block after another, whose lanes are still to be added to the totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool StartsBlock(nint i) => i != 0 && (i & (BlockLength - 1)) == 0;

    /// <summary>Adds a block's lanes, in registers, to the totals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddQuarters<T, V>(ElementSum* sum, V a, V b, V c, V d, int part)
        where T : unmanaged
        where V : unmanaged, IPacked<V, T>, IVector<V> =>
        V.AddTo(sum->_totals + (part * V.Count), (a + b) + (c + d));

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
        get
        {
            fixed (double* d = _totals)
            {
                double h0 = (d[0] + d[8]) + (d[4] + d[12]);
                double h1 = (d[1] + d[9]) + (d[5] + d[13]);
                double h2 = (d[2] + d[10]) + (d[6] + d[14]);
                double h3 = (d[3] + d[11]) + (d[7] + d[15]);
                return (h0 + h2) + (h1 + h3);
            }
        }
    }
}
