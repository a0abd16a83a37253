using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// What <see cref="WideRow"/> does with one row, for the rows of a block by columns: a lane is a row, so rows of few elements fill registers,
/// and their sums need no folding.
/// </summary>
internal static unsafe class WideColumns
{
    private const int N = SmallRows.BlockRows;

    /// <summary>Elements of a block's columns: as doubles they half fill a first-level cache.</summary>
    private const int BlockLength = 2048;

    /// <summary>
    /// Whether rows of so many elements are faster by columns. Of two inputs twice as much is transposed: 48 elements cost 20 ns either way.
    /// </summary>
    public static bool Takes(int classCount, int inputs) => classCount <= (inputs == 1 ? 48 : 32);

    /// <summary>As many rows as fill registers of any width.</summary>
    public static int BlockRows(int classCount, int inputs) => Takes(classCount, inputs) ? Math.Clamp(BlockLength / classCount & -16, 16, N) : N;

    /// <summary>For the inputs as columns.</summary>
    public static int WorkLength(int classCount, int inputs) => Takes(classCount, inputs) ? inputs * Columns.Length(classCount) : 0;

    /// <summary>The rows completed to a whole register of any width.</summary>
    public static int Padded(int rows) => (rows + 7) & -8;

    /// <summary>The sums over the classes of each row to 64 doubles a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sum<T, TSums>(WideRows<T> columns, int rows, int classCount, double* p, double* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IRowSums => Dispatch.Run<double, SumsOf<T, TSums>, int>(new(columns, rows, classCount, p, sums));

    /// <summary>Writes one result for each element; the destination may be one of the inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TMap>(WideRows<T> columns, T* destination, int rows, int classCount, double* p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap => Dispatch.Run<double, MapOf<T, TMap>, int>(new(columns, destination, rows, classCount, p));

    private readonly struct SumsOf<T, TSums>(WideRows<T> columns, int rows, int classCount, double* p, double* sums) : IKernel<double, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSums : struct, IRowSums
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            T* x = columns.X, y = columns.Y, z = columns.Z;
            nint length = (nint)classCount * N;
            for (nint r = 0; r < rows; r += V.Count)
            {
                V a = 0, b = a, c = a;
                double* numbers = p + r;
                for (nint i = r; i < length; i += N)
                {
                    TSums.Add(
                        Wide<V, T>.Load(x + i),
                        TSums.Inputs > 1 ? Wide<V, T>.Load(y + i) : default,
                        TSums.Inputs > 2 ? Wide<V, T>.Load(z + i) : default,
                        numbers,
                        ref a,
                        ref b,
                        ref c);
                }

                V.Store(a, sums + r);
                if (TSums.Sums > 1) V.Store(b, sums + N + r);
                if (TSums.Sums > 2) V.Store(c, sums + (2 * N) + r);
            }

            return 0;
        }
    }

    private readonly struct MapOf<T, TMap>(WideRows<T> columns, T* destination, int rows, int classCount, double* p) : IKernel<double, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TMap : struct, IRowMap
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            T* x = columns.X, y = columns.Y, z = columns.Z, to = destination;
            nint length = (nint)classCount * N;
            for (nint r = 0; r < rows; r += V.Count)
            {
                double* numbers = p + r;
                for (nint i = r; i < length; i += N)
                {
                    V result = TMap.Of(
                        Wide<V, T>.Load(x + i),
                        TMap.Inputs > 1 ? Wide<V, T>.Load(y + i) : default,
                        TMap.Inputs > 2 ? Wide<V, T>.Load(z + i) : default,
                        numbers,
                        out _,
                        out _);
                    Wide<V, T>.Store(result, to + i);
                }
            }

            return 0;
        }
    }
}
