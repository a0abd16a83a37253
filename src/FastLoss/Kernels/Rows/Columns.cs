using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// A block of up to 64 rows as columns, element c of row r at 64 c + r, and back: by squares of 4 floats (2 doubles), which are
/// registers of any machine.
/// </summary>
internal static unsafe class Columns
{
    private const int N = SmallRows.BlockRows;

    /// <summary>The elements of a block's columns.</summary>
    public static int Length(int columns) => N * columns;

    /// <summary>A block's columns; rows that are less than a register's are completed with zeros.</summary>
    public static void FromRows<T>(T* rows, nint columnCount, int rowCount, T* columns)
        where T : unmanaged
    {
        FromRows(rows, columnCount, rowCount, columns, N);
        int end = (rowCount + Vector512<T>.Count - 1) & -Vector512<T>.Count;
        for (nint c = 0; rowCount < end && c < columnCount; c++) new Span<T>(columns + (c * N) + rowCount, end - rowCount).Clear();
    }

    /// <summary>Columns, each at <paramref name="pitch"/> elements from the one before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FromRows<T>(T* rows, nint columnCount, int rowCount, T* columns, nint pitch)
        where T : unmanaged
    {
        nint side = Vector128<T>.Count, whole = columnCount & -side;
        nint r = 0;
        for (; r <= rowCount - side; r += side)
        {
            T* row = rows + (r * columnCount);
            for (nint c = 0; c < whole; c += side) Square(row + c, columnCount, columns + (c * pitch) + r, pitch);
            for (nint c = whole; c < columnCount; c++)
            {
                for (nint i = 0; i < side; i++) columns[(c * pitch) + r + i] = row[(i * columnCount) + c];
            }
        }

        for (; r < rowCount; r++)
        {
            for (nint c = 0; c < columnCount; c++) columns[(c * pitch) + r] = rows[(r * columnCount) + c];
        }
    }

    /// <summary>The rows of a block's columns.</summary>
    public static void ToRows<T>(T* columns, nint columnCount, int rowCount, T* rows)
        where T : unmanaged => ToRows(columns, N, columnCount, rowCount, rows);

    /// <summary>The rows of columns, each at <paramref name="pitch"/> elements from the one before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void ToRows<T>(T* columns, nint pitch, nint columnCount, int rowCount, T* rows)
        where T : unmanaged
    {
        nint side = Vector128<T>.Count, whole = columnCount & -side;
        nint r = 0;
        for (; r <= rowCount - side; r += side)
        {
            T* row = rows + (r * columnCount);
            for (nint c = 0; c < whole; c += side) Square(columns + (c * pitch) + r, pitch, row + c, columnCount);
            for (nint c = whole; c < columnCount; c++)
            {
                for (nint i = 0; i < side; i++) row[(i * columnCount) + c] = columns[(c * pitch) + r + i];
            }
        }

        for (; r < rowCount; r++)
        {
            for (nint c = 0; c < columnCount; c++) rows[(r * columnCount) + c] = columns[(c * pitch) + r];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square<T>(T* source, nint sourcePitch, T* destination, nint destinationPitch)
        where T : unmanaged
    {
        if (sizeof(T) == 8)
        {
            Vector128<long> a = Vector128.Load((long*)source), b = Vector128.Load((long*)(source + sourcePitch));
            Vector128.Create(a.GetLower(), b.GetLower()).Store((long*)destination);
            Vector128.Create(a.GetUpper(), b.GetUpper()).Store((long*)(destination + destinationPitch));
            return;
        }

        Vector128<float> r0 = Vector128.Load((float*)source), r1 = Vector128.Load((float*)(source + sourcePitch));
        Vector128<float> r2 = Vector128.Load((float*)(source + (2 * sourcePitch))), r3 = Vector128.Load((float*)(source + (3 * sourcePitch)));
        Vector128<float> low01 = Interleaved(r0, r1, false), high01 = Interleaved(r0, r1, true);
        Vector128<float> low23 = Interleaved(r2, r3, false), high23 = Interleaved(r2, r3, true);
        Halves(low01, low23, false).Store((float*)destination);
        Halves(low01, low23, true).Store((float*)(destination + destinationPitch));
        Halves(high01, high23, false).Store((float*)(destination + (2 * destinationPitch)));
        Halves(high01, high23, true).Store((float*)(destination + (3 * destinationPitch)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Interleaved(Vector128<float> a, Vector128<float> b, bool upper)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
        {
            return upper ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b) : System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b);
        }

        return upper ? Vector128.Create(a[2], b[2], a[3], b[3]) : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Halves(Vector128<float> a, Vector128<float> b, bool upper) =>
        upper ? Vector128.Create(a.GetUpper(), b.GetUpper()) : Vector128.Create(a.GetLower(), b.GetLower());
}
