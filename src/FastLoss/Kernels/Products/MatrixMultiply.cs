using System.Buffers;
using System.Diagnostics;
using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// C (+)= A B. Every element of C is one chain of fused multiply-adds in ascending k, rounded to T at each step, so its
/// bits depend neither on the register nor on how the product is cut into tiles, nor on the number of threads.
/// </summary>
/// <remarks>
/// Cut as Goto and van de Geijn do ("Anatomy of high-performance matrix multiplication", 2008): a stretch of k at a time, B packed in panels two
/// registers wide, A in panels of six rows, so that the tile's loop reads both in order: 12 registers of sums, 2 of B and 1 of A.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    /// <summary>Multiply-adds worth a thread.</summary>
    private const long TaskOperations = 1 << 20;

    /// <param name="a">A, in any order of its elements.</param>
    /// <param name="b">B, in any order of its elements, a row for each column of A.</param>
    /// <param name="c">C, row-major, a row for each row of A; apart from A and B.</param>
    /// <param name="accumulate">Add to C (its old value begins the chain) or overwrite it.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    public static void Run<T>(MatrixView<T> a, MatrixView<T> b, Span<T> c, bool accumulate, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Debug.Assert(b.Rows == a.Columns && c.Length == (long)a.Rows * b.Columns);
        if (a.Columns == 0 && !accumulate) c.Clear();
        if (a.Rows == 0 || a.Columns == 0 || b.Columns == 0) return;
        fixed (T* aStart = a.Elements, bStart = b.Elements, cStart = c)
        {
            Matrices<T> all = new()
            {
                A = aStart,
                ARowStride = a.RowStride,
                AColumnStride = a.ColumnStride,
                B = bStart,
                BRowStride = b.RowStride,
                BColumnStride = b.ColumnStride,
                BEnd = bStart + b.Elements.Length,
                C = cStart,
                CStride = b.Columns,
                Rows = a.Rows,
                Inner = a.Columns,
                Columns = b.Columns,
                Accumulates = accumulate,
            };
            long operations = (long)a.Rows * a.Columns * b.Columns;
            int tasks = threads is 0 or 1 ? 1 : (int)Math.Min(operations / TaskOperations, 4L * (threads < 0 ? Environment.ProcessorCount : threads));
            if (tasks < 2)
            {
                Run(all);
                return;
            }

            // Whichever side is longer is cut: each task packs what it needs of the other.
            bool cutsRows = a.Rows >= b.Columns;
            int length = cutsRows ? a.Rows : b.Columns, unit = cutsRows ? MatrixTiles.Rows : 2 * 64 / sizeof(T);
            int range = Math.Max(unit, (((length / tasks) + unit - 1) / unit) * unit);
            Chunks.For(Chunks.Count(length, range), Chunks.SerialLength, threads, new Part<T>(all, cutsRows, range));
        }
    }

    private static void Run<T>(in Matrices<T> matrices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] packed = ArrayPool<T>.Shared.Rent(MatrixTiles.PackedLength<T>(matrices));
        fixed (T* buffer = packed)
        fixed (Matrices<T>* p = &matrices)
        {
            T* aligned = (T*)(((nuint)buffer + 63) & ~(nuint)63);
            Dispatch.Run<T, Product<T>, int>(new(p, aligned));
        }

        ArrayPool<T>.Shared.Return(packed);
    }

    private readonly struct Part<T>(Matrices<T> matrices, bool cutsRows, int range) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int chunk)
        {
            Matrices<T> part = matrices;
            nint start = (nint)chunk * range;
            if (cutsRows)
            {
                part.A += start * part.ARowStride;
                part.C += start * part.CStride;
                part.Rows = (int)Math.Min(range, part.Rows - start);
            }
            else
            {
                part.B += start * part.BColumnStride;
                part.C += start;
                part.Columns = (int)Math.Min(range, part.Columns - start);
            }

            MatrixMultiply.Run(part);
        }
    }

    private readonly struct Product<T>(Matrices<T>* matrices, T* buffer) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            MatrixTiles<V, T>.Run(*matrices, buffer);
            return 0;
        }
    }
}

/// <summary>A product, or a part of one: pointers, strides and lengths.</summary>
internal unsafe struct Matrices<T>
    where T : unmanaged
{
    public T* A, B, BEnd, C;
    public nint ARowStride, AColumnStride, BRowStride, BColumnStride, CStride;
    public int Rows, Inner, Columns;
    public bool Accumulates;
}
