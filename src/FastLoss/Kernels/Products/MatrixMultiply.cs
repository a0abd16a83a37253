using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// C (+)= A B. Every element of C is one chain of fused multiply-adds in ascending k, rounded to T at each step, so its
/// bits depend neither on the vector width nor on how the product is cut into tiles.
/// </summary>
internal static unsafe class MatrixMultiply
{
    /// <summary>Rows of C held in registers together.</summary>
    private const int TileRows = 6;

    /// <summary>k values worked at a time: 128 rows of a panel are 16 KB, half of the smallest first-level cache.</summary>
    private const int Depth = 128;

    private const int WidestPanelBytes = 2 * 64;

    /// <param name="a">A, in any order of its elements.</param>
    /// <param name="b">B, row-major, a row for each column of A.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="c">C, row-major, a row for each row of A; apart from A and B.</param>
    /// <param name="accumulate">Add to C (its old value begins the chain) or overwrite it.</param>
    [SkipLocalsInit]
    public static void Run<T>(MatrixView<T> a, ReadOnlySpan<T> b, int columns, Span<T> c, bool accumulate)
        where T : unmanaged, INumberBase<T>
    {
        Debug.Assert(b.Length == (long)a.Columns * columns && c.Length == (long)a.Rows * columns);
        if (a.Columns == 0 && !accumulate) c.Clear();
        if (a.Rows == 0 || a.Columns == 0 || columns == 0) return;

        byte* packed = stackalloc byte[(Depth * WidestPanelBytes) + 64];
        packed = (byte*)(((nuint)packed + 63) & ~(nuint)63);
        fixed (T* aStart = a.Elements, bStart = b, cStart = c)
        {
            foreach ((int k, int inner) in new Blocks(a.Columns, Depth))
            {
                var block = new Block<T>(
                    aStart + (k * a.ColumnStride),
                    a.RowStride,
                    a.ColumnStride,
                    bStart + ((nint)k * columns),
                    bStart + b.Length,
                    cStart,
                    (T*)packed,
                    a.Rows,
                    inner,
                    columns,
                    accumulate || k > 0);

                int column = 0;
                if (Vector512.IsHardwareAccelerated)
                {
                    for (; columns - column > NarrowPanel<T>.Width; column += WidePanel<T>.Width)
                        Strip<T, WidePanel<T>>(in block, column);
                }

                foreach ((int rest, _) in new Blocks(columns - column, NarrowPanel<T>.Width))
                    Strip<T, NarrowPanel<T>>(in block, column + rest);
            }
        }
    }

    /// <summary>All rows of C, one panel of columns.</summary>
    private static void Strip<T, TPanel>(in Block<T> block, int column)
        where T : unmanaged, INumberBase<T>
        where TPanel : unmanaged, IPanel<TPanel, T>
    {
        int width = Math.Min(TPanel.Width, block.Columns - column);
        bool whole = width == TPanel.Width;

        // Packing keeps rows of B that lie a page apart out of each other's cache sets; it costs one pass, which a product
        // of few rows would not win back. A panel past the last column holds what follows in memory, the next row: those
        // products are never stored. Only at the end of B is nothing there to read.
        T* b = block.B + column;
        nint bStride = block.Columns;
        if (!whole || block.Rows > 2 * TileRows)
        {
            for (int k = 0; k < block.Inner; k++)
            {
                T* row = b + (k * bStride);
                TPanel panel = row + TPanel.Width <= block.BEnd ? TPanel.Load(row) : TPanel.LoadFirst(row, width);
                TPanel.Store(panel, block.Packed + (k * TPanel.Width));
            }

            b = block.Packed;
            bStride = TPanel.Width;
        }

        foreach ((int row, int height) in new Blocks(block.Rows, TileRows))
        {
            T* a = block.A + (row * block.ARowStride);
            T* c = block.C + ((nint)row * block.Columns) + column;
            if (whole) Tile<T, TPanel, Yes>(in block, a, b, bStride, c, width, height);
            else Tile<T, TPanel, No>(in block, a, b, bStride, c, width, height);
        }
    }

    /// <summary>
    /// Six rows of one panel. Where fewer are left, the last is computed again in the place of each missing one: it reads
    /// and writes what its first copy does, so the code needs no second shape.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<T, TPanel, TWhole>(
        in Block<T> block, T* a, T* b, nint bStride, T* c, int width, int height)
        where T : unmanaged, INumberBase<T>
        where TPanel : unmanaged, IPanel<TPanel, T>
        where TWhole : struct, IFlag
    {
        int last = height - 1;
        int r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last), r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        nint a1 = r1 * block.ARowStride, a2 = r2 * block.ARowStride, a3 = r3 * block.ARowStride;
        nint a4 = r4 * block.ARowStride, a5 = r5 * block.ARowStride;
        nint stride = block.Columns;
        T* c1 = c + (r1 * stride);
        T* c2 = c + (r2 * stride);
        T* c3 = c + (r3 * stride);
        T* c4 = c + (r4 * stride);
        T* c5 = c + (r5 * stride);

        TPanel sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default;
        if (block.Accumulate)
        {
            sum0 = Load<T, TPanel, TWhole>(c, width);
            sum1 = Load<T, TPanel, TWhole>(c1, width);
            sum2 = Load<T, TPanel, TWhole>(c2, width);
            sum3 = Load<T, TPanel, TWhole>(c3, width);
            sum4 = Load<T, TPanel, TWhole>(c4, width);
            sum5 = Load<T, TPanel, TWhole>(c5, width);
        }

        nint aStride = block.AColumnStride;
        for (int k = block.Inner; k > 0; k--)
        {
            TPanel row = TPanel.Load(b);
            sum0 = TPanel.MultiplyAdd(*a, row, sum0);
            sum1 = TPanel.MultiplyAdd(a[a1], row, sum1);
            sum2 = TPanel.MultiplyAdd(a[a2], row, sum2);
            sum3 = TPanel.MultiplyAdd(a[a3], row, sum3);
            sum4 = TPanel.MultiplyAdd(a[a4], row, sum4);
            sum5 = TPanel.MultiplyAdd(a[a5], row, sum5);
            a += aStride;
            b += bStride;
        }

        Store<T, TPanel, TWhole>(sum0, c, width);
        Store<T, TPanel, TWhole>(sum1, c1, width);
        Store<T, TPanel, TWhole>(sum2, c2, width);
        Store<T, TPanel, TWhole>(sum3, c3, width);
        Store<T, TPanel, TWhole>(sum4, c4, width);
        Store<T, TPanel, TWhole>(sum5, c5, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TPanel Load<T, TPanel, TWhole>(T* source, int width)
        where T : unmanaged, INumberBase<T>
        where TPanel : unmanaged, IPanel<TPanel, T>
        where TWhole : struct, IFlag =>
        TWhole.Value ? TPanel.Load(source) : TPanel.LoadFirst(source, width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, TPanel, TWhole>(TPanel panel, T* destination, int width)
        where T : unmanaged, INumberBase<T>
        where TPanel : unmanaged, IPanel<TPanel, T>
        where TWhole : struct, IFlag
    {
        if (TWhole.Value) TPanel.Store(panel, destination);
        else TPanel.StoreFirst(panel, destination, width);
    }

    /// <summary>One stretch of k of the whole product.</summary>
    private readonly struct Block<T>(
        T* a, nint aRowStride, nint aColumnStride, T* b, T* bEnd, T* c, T* packed, int rows, int inner, int columns, bool accumulate)
        where T : unmanaged, INumberBase<T>
    {
        public readonly T* A = a;
        public readonly nint ARowStride = aRowStride;
        public readonly nint AColumnStride = aColumnStride;
        public readonly T* B = b;
        public readonly T* BEnd = bEnd;
        public readonly T* C = c;
        public readonly T* Packed = packed;
        public readonly int Rows = rows;
        public readonly int Inner = inner;
        public readonly int Columns = columns;
        public readonly bool Accumulate = accumulate;
    }
}
