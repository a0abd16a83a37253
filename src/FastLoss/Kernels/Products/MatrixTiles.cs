using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>How <see cref="MatrixMultiply"/> cuts a product.</summary>
internal static class MatrixTiles
{
    /// <summary>Rows of C in registers together.</summary>
    public const int Rows = 6;

    /// <summary>k values at a time: a panel of B is 32 KB at most, one of A 12.</summary>
    public const int Depth = 256;

    /// <summary>Rows of A packed together: 96 KB of floats, which stay in the second cache while all of B passes.</summary>
    public const int PackedRows = 96;

    /// <summary>Columns of B packed together.</summary>
    public const int PackedColumns = 2048;

    /// <summary>Elements of the packed panels, and room to align them.</summary>
    public static int PackedLength<T>(in Matrices<T> m)
        where T : unmanaged
    {
        int depth = Math.Min(Depth, m.Inner), widest = 2 * 64 / Unsafe.SizeOf<T>();
        int columns = Math.Min(PackedColumns, (m.Columns + widest - 1) / widest * widest);
        return (depth * (columns + PackedRows + Rows)) + (2 * 64 / Unsafe.SizeOf<T>());
    }
}

/// <summary>The loops of <see cref="MatrixMultiply"/> on one register.</summary>
internal static unsafe class MatrixTiles<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Columns of a panel.</summary>
    private static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * V.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in Matrices<T> m, T* packed)
    {
        Tile tile = default;
        tile.CStride = m.CStride;
        for (nint column = 0; column < m.Columns; column += MatrixTiles.PackedColumns)
        {
            int columns = (int)Math.Min(MatrixTiles.PackedColumns, m.Columns - column);
            for (nint k = 0; k < m.Inner; k += MatrixTiles.Depth)
            {
                int depth = (int)Math.Min(MatrixTiles.Depth, m.Inner - k);
                tile.Depth = depth;
                tile.Accumulates = m.Accumulates || k > 0;
                T* b = m.B + (k * m.BRowStride) + (column * m.BColumnStride);

                // Packing keeps rows of B that lie a page apart out of each other's cache sets; a product of few rows would not win it back.
                bool packsB = m.BColumnStride != 1 || m.Rows > 2 * MatrixTiles.Rows;
                T* panels = packed;
                if (packsB) PackB(m, b, depth, columns, panels);

                // A panel of A serves all panels of B.
                bool packsA = columns > 2 * Width;
                T* aPanels = packed + ((nint)depth * ((columns + Width - 1) / Width * Width));
                for (nint row = 0; row < m.Rows; row += MatrixTiles.PackedRows)
                {
                    int rows = (int)Math.Min(MatrixTiles.PackedRows, m.Rows - row);
                    T* a = m.A + (row * m.ARowStride) + (k * m.AColumnStride);
                    if (packsA) PackA(m, a, depth, rows, aPanels);
                    Block block = new()
                    {
                        A = packsA ? aPanels : a,
                        B = packsB ? panels : b,
                        BStride = packsB ? Width : m.BRowStride,
                        BEnd = packsB ? null : m.BEnd,
                        PackedB = panels,
                        C = m.C + (row * m.CStride) + column,
                        Rows = rows,
                        Columns = columns,
                    };
                    tile.ARowStride = packsA ? 1 : m.ARowStride;
                    tile.AColumnStride = packsA ? MatrixTiles.Rows : m.AColumnStride;
                    RunBlock(block, ref tile, packsA);
                }
            }
        }
    }

    /// <summary>The tiles of up to <see cref="MatrixTiles.PackedRows"/> rows.</summary>
    private static void RunBlock(in Block block, ref Tile tile, bool packsA)
    {
        for (nint j = 0; j < block.Columns; j += Width)
        {
            int width = (int)Math.Min(Width, block.Columns - j);
            tile.Width = width;
            tile.B = block.BEnd == null ? block.B + (j * tile.Depth) : block.B + j;
            tile.BStride = block.BStride;
            if (block.BEnd != null && width < Width)
            {
                // In place, a panel past the last column holds what follows in memory; at the end of B there is nothing to read.
                for (nint p = 0; p < tile.Depth; p++) CopyPart(tile.B + (p * tile.BStride), width, block.PackedB + (p * Width));
                tile.B = block.PackedB;
                tile.BStride = Width;
            }

            for (nint i = 0; i < block.Rows; i += MatrixTiles.Rows)
            {
                tile.Height = (int)Math.Min(MatrixTiles.Rows, block.Rows - i);
                tile.A = packsA ? block.A + (i * tile.Depth) : block.A + (i * tile.ARowStride);
                tile.C = block.C + (i * tile.CStride) + j;
                if (width == Width) Multiply<Yes, No>(tile, packsA);
                else if (width == V.Count) Multiply<No, No>(tile, packsA);
                else if (sizeof(V) < 64) Edge(tile, packsA);
                else if (width < V.Count) Multiply<No, Yes>(tile, packsA);
                else Multiply<Yes, Yes>(tile, packsA);
            }
        }
    }

    /// <summary>A tile whose columns fill no registers: in a copy, where a masked store is a call: no sum outlives one in its register.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Edge(in Tile tile, bool packsA)
    {
        T* copy = Scratch.Take(stackalloc T[Scratch.Room<T>(MatrixTiles.Rows * 2 * 64 / sizeof(T))]);
        Tile whole = tile;
        whole.C = copy;
        whole.CStride = Width;
        for (nint r = 0; tile.Accumulates && r < tile.Height; r++) CopyPart(tile.C + (r * tile.CStride), tile.Width, copy + (r * Width));
        if (tile.Width < V.Count) Multiply<No, No>(whole, packsA);
        else Multiply<Yes, No>(whole, packsA);
        for (nint r = 0; r < tile.Height; r++)
        {
            T* from = copy + (r * Width), to = tile.C + (r * tile.CStride);
            V.StoreFirst(V.Load(from), to, Math.Min(V.Count, tile.Width));
            if (tile.Width > V.Count) V.StoreFirst(V.Load(from + V.Count), to + V.Count, tile.Width - V.Count);
        }

        Scratch.Check(copy, MatrixTiles.Rows * 2 * 64 / sizeof(T));
    }

    private static void Multiply<TWide, TMasked>(in Tile tile, bool packsA)
        where TWide : struct, IFlag
        where TMasked : struct, IFlag
    {
        if (packsA) Multiply<TWide, TMasked, Yes>(tile);
        else Multiply<TWide, TMasked, No>(tile);
    }

    /// <summary>The panels of B one after the other, zeros past its last column.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackB(in Matrices<T> m, T* b, int depth, int columns, T* panels)
    {
        for (nint j = 0; j < columns; j += Width)
        {
            int width = (int)Math.Min(Width, columns - j);
            T* from = b + (j * m.BColumnStride), to = panels + (j * depth);
            if (m.BColumnStride != 1)
            {
                // A column at a time, along its elements.
                for (nint c = 0; c < Width; c++)
                {
                    T* column = from + (c * m.BColumnStride);
                    for (nint p = 0; p < depth; p++) to[(p * Width) + c] = c < width ? column[p * m.BRowStride] : T.Zero;
                }
            }
            else if (width == Width)
            {
                for (nint p = 0; p < depth; p++, from += m.BRowStride, to += Width)
                {
                    V.Store(V.Load(from), to);
                    V.Store(V.Load(from + V.Count), to + V.Count);
                }
            }
            else
            {
                for (nint p = 0; p < depth; p++, from += m.BRowStride, to += Width) CopyPart(from, width, to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPart(T* from, int width, T* to)
    {
        int over = Math.Max(0, width - V.Count);
        V.Store(V.LoadFirst(from, width - over), to);
        V.Store(over == 0 ? default : V.LoadFirst(from + V.Count, over), to + V.Count);
    }

    /// <summary>Six rows of A interleaved, one panel after the other; in the place of missing rows the last again.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PackA(in Matrices<T> m, T* a, int depth, int rows, T* panels)
    {
        nint rowStride = m.ARowStride, columnStride = m.AColumnStride;
        for (nint i = 0; i < rows; i += MatrixTiles.Rows, panels += MatrixTiles.Rows * depth)
        {
            nint last = Math.Min(MatrixTiles.Rows, rows - i) - 1;
            T* a0 = a + (i * rowStride), a1 = a0 + (Math.Min(1, last) * rowStride), a2 = a0 + (Math.Min(2, last) * rowStride);
            T* a3 = a0 + (Math.Min(3, last) * rowStride), a4 = a0 + (Math.Min(4, last) * rowStride), a5 = a0 + (Math.Min(5, last) * rowStride);
            T* to = panels;
            nint at = 0;
            for (nint p = 0; p < depth; p++, at += columnStride, to += MatrixTiles.Rows)
            {
                to[0] = a0[at];
                to[1] = a1[at];
                to[2] = a2[at];
                to[3] = a3[at];
                to[4] = a4[at];
                to[5] = a5[at];
            }
        }
    }

    /// <summary>
    /// Six rows of one or two registers; it calls nothing. Where fewer are left, the last is computed again in the place of each missing one: it reads
    /// and writes what its first copy does, so the code needs no second shape.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<TWide, TMasked, TPacked>(in Tile tile)
        where TWide : struct, IFlag
        where TMasked : struct, IFlag
        where TPacked : struct, IFlag
    {
        nint last = tile.Height - 1, stride = tile.CStride, rowStride = TPacked.Value ? 1 : tile.ARowStride;
        T* c0 = tile.C, c1 = c0 + (Math.Min(1, last) * stride), c2 = c0 + (Math.Min(2, last) * stride);
        T* c3 = c0 + (Math.Min(3, last) * stride), c4 = c0 + (Math.Min(4, last) * stride), c5 = c0 + (Math.Min(5, last) * stride);
        nint a1 = TPacked.Value ? 1 : Math.Min(1, last) * rowStride, a2 = TPacked.Value ? 2 : Math.Min(2, last) * rowStride;
        nint a3 = TPacked.Value ? 3 : Math.Min(3, last) * rowStride, a4 = TPacked.Value ? 4 : Math.Min(4, last) * rowStride;
        nint a5 = TPacked.Value ? 5 : Math.Min(5, last) * rowStride;
        V s00 = default, s10 = default, s20 = default, s30 = default, s40 = default, s50 = default;
        V s01 = default, s11 = default, s21 = default, s31 = default, s41 = default, s51 = default;
        int rest = TWide.Value ? tile.Width - V.Count : tile.Width;
        if (tile.Accumulates)
        {
            s00 = TWide.Value ? V.Load(c0) : Last<TMasked>(c0, rest);
            if (TWide.Value) s01 = Last<TMasked>(c0 + V.Count, rest);
            s10 = TWide.Value ? V.Load(c1) : Last<TMasked>(c1, rest);
            if (TWide.Value) s11 = Last<TMasked>(c1 + V.Count, rest);
            s20 = TWide.Value ? V.Load(c2) : Last<TMasked>(c2, rest);
            if (TWide.Value) s21 = Last<TMasked>(c2 + V.Count, rest);
            s30 = TWide.Value ? V.Load(c3) : Last<TMasked>(c3, rest);
            if (TWide.Value) s31 = Last<TMasked>(c3 + V.Count, rest);
            s40 = TWide.Value ? V.Load(c4) : Last<TMasked>(c4, rest);
            if (TWide.Value) s41 = Last<TMasked>(c4 + V.Count, rest);
            s50 = TWide.Value ? V.Load(c5) : Last<TMasked>(c5, rest);
            if (TWide.Value) s51 = Last<TMasked>(c5 + V.Count, rest);
        }

        T* a = tile.A, b = tile.B;
        nint aStride = TPacked.Value ? MatrixTiles.Rows : tile.AColumnStride, bStride = tile.BStride;
        for (int k = tile.Depth; k > 0; k--)
        {
            V b0 = V.Load(b), b1 = TWide.Value ? V.Load(b + V.Count) : default;
            V x = V.Broadcast(a);
            s00 = V.Fma(x, b0, s00);
            if (TWide.Value) s01 = V.Fma(x, b1, s01);
            x = V.Broadcast(a + a1);
            s10 = V.Fma(x, b0, s10);
            if (TWide.Value) s11 = V.Fma(x, b1, s11);
            x = V.Broadcast(a + a2);
            s20 = V.Fma(x, b0, s20);
            if (TWide.Value) s21 = V.Fma(x, b1, s21);
            x = V.Broadcast(a + a3);
            s30 = V.Fma(x, b0, s30);
            if (TWide.Value) s31 = V.Fma(x, b1, s31);
            x = V.Broadcast(a + a4);
            s40 = V.Fma(x, b0, s40);
            if (TWide.Value) s41 = V.Fma(x, b1, s41);
            x = V.Broadcast(a + a5);
            s50 = V.Fma(x, b0, s50);
            if (TWide.Value) s51 = V.Fma(x, b1, s51);
            a += aStride;
            b += bStride;
        }

        Store<TWide, TMasked>(s00, s01, c0, rest);
        Store<TWide, TMasked>(s10, s11, c1, rest);
        Store<TWide, TMasked>(s20, s21, c2, rest);
        Store<TWide, TMasked>(s30, s31, c3, rest);
        Store<TWide, TMasked>(s40, s41, c4, rest);
        Store<TWide, TMasked>(s50, s51, c5, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Last<TMasked>(T* c, int count)
        where TMasked : struct, IFlag => TMasked.Value ? V.LoadFirst(c, count) : V.Load(c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TWide, TMasked>(V low, V high, T* c, int count)
        where TWide : struct, IFlag
        where TMasked : struct, IFlag
    {
        if (TWide.Value) V.Store(low, c);
        if (TMasked.Value) V.StoreFirst(TWide.Value ? high : low, TWide.Value ? c + V.Count : c, count);
        else V.Store(TWide.Value ? high : low, TWide.Value ? c + V.Count : c);
    }

    /// <summary>Packed or not: the rows of A and the columns of B that tiles are made of.</summary>
    private struct Block
    {
        public T* A, B, BEnd, PackedB, C;
        public nint BStride;
        public int Rows, Columns;
    }

    private struct Tile
    {
        public T* A, B, C;
        public nint ARowStride, AColumnStride, BStride, CStride;
        public int Height, Width, Depth;
        public bool Accumulates;
    }
}
