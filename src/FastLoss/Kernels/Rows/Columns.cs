using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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
    public static void FromRows<T>(T* rows, nint columnCount, int rowCount, T* columns, nint pitch)
        where T : unmanaged => Transpose(rows, columnCount, rowCount, columnCount, columns, pitch);

    /// <summary>The rows of a block's columns.</summary>
    public static void ToRows<T>(T* columns, nint columnCount, int rowCount, T* rows)
        where T : unmanaged => ToRows(columns, N, columnCount, rowCount, rows);

    /// <summary>The rows of columns, each at <paramref name="pitch"/> elements from the one before.</summary>
    public static void ToRows<T>(T* columns, nint pitch, nint columnCount, int rowCount, T* rows)
        where T : unmanaged => Transpose(columns, pitch, columnCount, rowCount, rows, columnCount);

    /// <summary>Square by square; the last ones reach back over those before where a side is no multiple.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Transpose<T>(T* source, nint sourcePitch, nint lines, nint width, T* destination, nint pitch)
        where T : unmanaged
    {
        nint side = Vector128<T>.Count;
        if (lines < side || width < side)
        {
            for (nint i = 0; i < lines; i++)
            {
                for (nint k = 0; k < width; k++) destination[(k * pitch) + i] = source[(i * sourcePitch) + k];
            }

            return;
        }

        for (nint i = 0; i < lines; i += side)
        {
            nint line = Math.Min(i, lines - side);
            T* from = source + (line * sourcePitch), to = destination + line;
            for (nint k = 0; k < width; k += side)
            {
                nint at = Math.Min(k, width - side);
                Square(from + at, sourcePitch, to + (at * pitch), pitch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square<T>(T* source, nint sourcePitch, T* destination, nint destinationPitch)
        where T : unmanaged
    {
        if (sizeof(T) == 8)
        {
            Vector128<double> a = Vector128.Load((double*)source), b = Vector128.Load((double*)(source + sourcePitch));
            Lows(a, b).Store((double*)destination);
            Highs(a, b).Store((double*)(destination + destinationPitch));
            return;
        }

        Vector128<float> r0 = Vector128.Load((float*)source), r1 = Vector128.Load((float*)(source + sourcePitch));
        Vector128<float> r2 = Vector128.Load((float*)(source + (2 * sourcePitch))), r3 = Vector128.Load((float*)(source + (3 * sourcePitch)));
        Vector128<double> low01 = Interleaved(r0, r1, false), high01 = Interleaved(r0, r1, true);
        Vector128<double> low23 = Interleaved(r2, r3, false), high23 = Interleaved(r2, r3, true);
        Lows(low01, low23).Store((double*)destination);
        Highs(low01, low23).Store((double*)(destination + destinationPitch));
        Lows(high01, high23).Store((double*)(destination + (2 * destinationPitch)));
        Highs(high01, high23).Store((double*)(destination + (3 * destinationPitch)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Interleaved(Vector128<float> a, Vector128<float> b, bool upper)
    {
        if (Sse.IsSupported) return (upper ? Sse.UnpackHigh(a, b) : Sse.UnpackLow(a, b)).AsDouble();
        if (AdvSimd.Arm64.IsSupported) return (upper ? AdvSimd.Arm64.ZipHigh(a, b) : AdvSimd.Arm64.ZipLow(a, b)).AsDouble();
        return (upper ? Vector128.Create(a[2], b[2], a[3], b[3]) : Vector128.Create(a[0], b[0], a[1], b[1])).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Lows(Vector128<double> a, Vector128<double> b)
    {
        if (Sse2.IsSupported) return Sse2.UnpackLow(a, b);
        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Vector128.Create(a[0], b[0]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Highs(Vector128<double> a, Vector128<double> b)
    {
        if (Sse2.IsSupported) return Sse2.UnpackHigh(a, b);
        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Vector128.Create(a[1], b[1]);
    }
}
