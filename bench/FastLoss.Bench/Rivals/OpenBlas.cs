using System.Numerics;
using System.Runtime.InteropServices;

namespace FastLoss.Bench.Rivals;

/// <summary>
/// OpenBLAS, where the machine has it (Debian's libopenblas0): on one thread, on the core that it picks itself, which <see cref="Core"/> names.
/// </summary>
internal static unsafe class OpenBlas
{
    private const int RowMajor = 101, Plain = 111;

    private static readonly nint s_library = Load();

    public static bool IsThere => s_library != 0;

    /// <summary>The kernels it picked, such as Zen or Cooperlake; empty where it is not there.</summary>
    public static string Core { get; } = IsThere
        ? Marshal.PtrToStringAnsi(((delegate* unmanaged<nint>)NativeLibrary.GetExport(s_library, "openblas_get_corename"))()) ?? ""
        : "";

    /// <summary>C = A B, all row-major.</summary>
    public static void Multiply<T>(int rows, int inner, int columns, T* a, T* b, T* c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            ((delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(s_library, "cblas_sgemm"))(
                RowMajor, Plain, Plain, rows, columns, inner, 1, (float*)a, inner, (float*)b, columns, 0, (float*)c, columns);
        }
        else
        {
            ((delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)NativeLibrary.GetExport(s_library, "cblas_dgemm"))(
                RowMajor, Plain, Plain, rows, columns, inner, 1, (double*)a, inner, (double*)b, columns, 0, (double*)c, columns);
        }
    }

    private static nint Load()
    {
        if (!NativeLibrary.TryLoad("libopenblas.so.0", out nint library)) return 0;
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        return library;
    }
}
