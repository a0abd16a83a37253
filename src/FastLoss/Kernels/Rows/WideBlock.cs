using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// A block of rows whose sums are taken in double: short rows by columns, where a lane is a row, so that they fill registers and their sums
/// need no folding; long ones as <see cref="WideRow"/> takes them.
/// </summary>
internal unsafe struct WideBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    /// <summary>Elements of a block's columns: as doubles they half fill a first-level cache.</summary>
    private const int BlockLength = 2048;

    private readonly WideRows<T> _inputs;
    private readonly int* _labels;
    private readonly int _rows, _classCount;
    private readonly bool _isByColumns;

    /// <summary>Number k of row r at 64 k + r.</summary>
    public readonly double* Numbers;

    /// <summary>Sum k of row r at 64 k + r.</summary>
    public readonly double* Sums;

    /// <param name="block">The rows; by columns they are copied to its work.</param>
    /// <param name="inputs">How many of logits and targets are read.</param>
    /// <param name="neutral">In place of a label's element, where there are labels, what adds nothing to the sums.</param>
    /// <param name="numbers">Room for the numbers of each row.</param>
    /// <param name="sums">Room for its sums.</param>
    public WideBlock(in RowBlock<T> block, int inputs, T neutral, double* numbers, double* sums)
    {
        (_rows, _classCount) = (block.Rows, block.ClassCount);
        _labels = block.Labels;
        Numbers = numbers;
        Sums = sums;
        _isByColumns = IsByColumns(_classCount, inputs);
        _inputs = new(block.Logits, inputs > 1 ? block.Targets : null);
        if (!_isByColumns) return;
        _inputs = new(block.Work, block.Work + Columns.Length(_classCount));
        Columns.FromRows(block.Logits, _classCount, _rows, _inputs.X);
        if (inputs > 1) Columns.FromRows(block.Targets, _classCount, _rows, _inputs.Y);
        for (nint r = 0; _labels != null && r < _rows; r++) _inputs.X[((nint)_labels[r] * N) + r] = neutral;
    }

    /// <summary>Of two inputs twice as much is transposed.</summary>
    private static bool IsByColumns(int classCount, int inputs) => classCount <= (inputs == 1 ? 48 : 24);

    /// <summary>As many rows by columns as fill registers of any width.</summary>
    public static int BlockRows(int classCount, int inputs) =>
        IsByColumns(classCount, inputs) ? Math.Clamp(BlockLength / classCount & -16, 16, N) : N;

    /// <summary>For the inputs as columns.</summary>
    public static int WorkLength(int classCount, int inputs) => IsByColumns(classCount, inputs) ? inputs * Columns.Length(classCount) : 0;

    /// <summary>The sums over the classes of each row, but for its label's.</summary>
    public readonly void Sum<TSums>()
        where TSums : struct, IRowSums
    {
        if (_isByColumns) Complete(TSums.Numbers);
        if (_isByColumns) Dispatch.Run<double, ColumnSums<TSums>, int>(new(this));
        else Dispatch.Run<double, RowSums<TSums>, int>(new(this));
    }

    /// <summary>Writes one result for each element, which may be where the inputs stand.</summary>
    public readonly void Map<TMap>(T* destination)
        where TMap : struct, IRowMap
    {
        if (_isByColumns)
        {
            Complete(TMap.Numbers);
            Dispatch.Run<double, ColumnMap<TMap>, int>(new(this));
            Columns.ToRows(_inputs.X, _classCount, _rows, destination);
        }
        else
        {
            Dispatch.Run<double, RowMap<TMap>, int>(new(this, destination));
        }
    }

    /// <summary>Numbers for lanes without a row.</summary>
    private readonly void Complete(int numbers)
    {
        int end = (_rows + 7) & -8;
        for (nint k = 0; k < numbers; k++) new Span<double>(Numbers + (k * N) + _rows, end - _rows).Clear();
    }

    private readonly struct RowSums<TSums>(WideBlock<T> block) : IKernel<double, int>
        where TSums : struct, IRowSums
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.LanesLength + (TSums.Numbers * N))]);
            double* sums = Scratch.Aligned(buffer), numbers = sums + (3 * WideRow.Lanes);
            nint n = block._classCount;
            for (nint r = 0; r < block._rows; r++)
            {
                for (nint k = 0; k < TSums.Numbers; k++) V.Store(V.Parameter(block.Numbers[(k * N) + r]), numbers + (k * N));
                WideRows<T> row = new(block._inputs.X + (r * n), block._inputs.Y + (r * n));
                WideSums<T, TSums>.Add<V>(row, n, block._labels != null ? block._labels[r] : -1, numbers, sums);
                for (nint k = 0; k < TSums.Sums; k++) block.Sums[(k * N) + r] = WideRow.Total(sums + (k * WideRow.Lanes));
            }

            Scratch.Check(buffer, WideRow.LanesLength + (TSums.Numbers * N));
            return 0;
        }
    }

    private readonly struct RowMap<TMap>(WideBlock<T> block, T* destination) : IKernel<double, int>
        where TMap : struct, IRowMap
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>((TMap.Numbers + 1) * N)]);
            double* numbers = Scratch.Aligned(buffer);
            nint n = block._classCount;
            for (nint r = 0; r < block._rows; r++)
            {
                for (nint k = 0; k < TMap.Numbers; k++) V.Store(V.Parameter(block.Numbers[(k * N) + r]), numbers + (k * N));
                WideMap<T, TMap>.Write<V>(new(block._inputs.X + (r * n), block._inputs.Y + (r * n)), new(destination + (r * n)), n, numbers);
            }

            Scratch.Check(buffer, (TMap.Numbers + 1) * N);
            return 0;
        }
    }

    private readonly struct ColumnSums<TSums>(WideBlock<T> block) : IKernel<double, int>
        where TSums : struct, IRowSums
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            T* x = block._inputs.X, y = block._inputs.Y;
            nint length = (nint)block._classCount * N, rows = block._rows;
            for (nint r = 0; r < rows; r += V.Count)
            {
                V a = 0, b = a, c = a;
                double* numbers = block.Numbers + r, sums = block.Sums + r;
                for (nint i = r; i < length; i += N)
                {
                    TSums.Add(Wide<V, T>.Load(x + i), TSums.Inputs > 1 ? Wide<V, T>.Load(y + i) : default, default, numbers, ref a, ref b, ref c);
                }

                V.Store(a, sums);
                if (TSums.Sums > 1) V.Store(b, sums + N);
                if (TSums.Sums > 2) V.Store(c, sums + (2 * N));
            }

            return 0;
        }
    }

    private readonly struct ColumnMap<TMap>(WideBlock<T> block) : IKernel<double, int>
        where TMap : struct, IRowMap
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            T* x = block._inputs.X, y = block._inputs.Y;
            nint length = (nint)block._classCount * N, rows = block._rows;
            for (nint r = 0; r < rows; r += V.Count)
            {
                double* numbers = block.Numbers + r;
                for (nint i = r; i < length; i += N)
                {
                    V result = TMap.Of(
                        Wide<V, T>.Load(x + i), TMap.Inputs > 1 ? Wide<V, T>.Load(y + i) : default, default, numbers, out _, out _);
                    Wide<V, T>.Store(result, x + i);
                }
            }

            return 0;
        }
    }
}
