using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Validation;

namespace FastLoss.Kernels;

/// <summary>
/// Products of the Jacobians of softmax and log-softmax with a gradient, row by row: a sum over the row, then a map by that sum. Rows of
/// up to <see cref="MaxColumns"/> classes are taken as columns, a register of rows at a time; longer ones are each two passes of the
/// element-wise loop.
/// </summary>
internal static unsafe class BackwardRows
{
    /// <summary>The longest rows that are taken as columns: from here on a row's own two passes take less than the transposing.</summary>
    private const int MaxColumns = 128;

    /// <summary>Elements of a block's columns, of which there are two arrays in the first cache.</summary>
    private const int BlockLength = 2048;

    public static void Check<T>(ReadOnlySpan<T> output, int classCount, ReadOnlySpan<T> outputGradient, Span<T> gradient, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Guard.Float<T>();
        Guard.Rows(output, classCount);
        Guard.SameLength(outputGradient, output);
        Guard.SameLength<T, T>(gradient, output);
        Guard.Writes(gradient).Over(output).Over(outputGradient);
    }

    public static void Run<T, TBackward>(ReadOnlySpan<T> output, int classCount, ReadOnlySpan<T> outputGradient, Span<T> gradient, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBackward : struct, IRowBackward
    {
        fixed (T* o = output)
        fixed (T* s = outputGradient)
        fixed (T* d = gradient)
        {
            RowTally none = default;
            RowTasks.Run(output.Length / classCount, classCount, threads, new Body<T, TBackward>(o, s, d, classCount, threads), ref none);
        }
    }

    private readonly struct Body<T, TBackward>(T* outputs, T* slopes, T* gradient, int classCount, int threads) : IRowsBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBackward : struct, IRowBackward
    {
        public void Run(int first, int end, ref RowTally totals)
        {
            if (classCount <= MaxColumns) RunColumns(first, end);
            else RunRows(first, end);
        }

        private void RunRows(int first, int end)
        {
            for (nint r = first; r < end; r++)
            {
                nint at = r * classCount;
                ElementSpans<T> row = new()
                {
                    First = new(outputs + at, classCount),
                    Second = new(slopes + at, classCount),
                    Results = new(gradient + at, classCount),
                    Threads = threads,
                };
                ElementPass.Sum(row, new Mapped<TBackward>(Sum(r, threads)));
            }
        }

        private double Sum(nint row, int helpers) => ElementPass.Sum(
            new ElementSpans<T>
            {
                First = new(slopes + (row * classCount), classCount),
                Second = new(outputs + (row * classCount), classCount),
                Threads = helpers,
            },
            default(Summed<TBackward>));

        [SkipLocalsInit]
        private void RunColumns(int first, int end)
        {
            int lanes = Vector512<T>.Count;
            int pitch = Math.Clamp(BlockLength / classCount, lanes, SmallRows.BlockRows) & -lanes;
            T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(2 * BlockLength)]);
            T* sums = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
            T* columns = buffer + (classCount * pitch);
            foreach ((int start, int rows) in new Blocks(end - first, pitch))
            {
                nint at = (nint)(first + start) * classCount;
                Read(outputs + at, rows, buffer, pitch);
                Read(slopes + at, rows, columns, pitch);
                BackwardColumns<T> block = new(buffer, columns, sums, pitch, classCount, rows);
                Dispatch.Run<T, BackwardColumns<T>.Sum<TBackward>, bool>(new(block));
                if (typeof(T) == typeof(float) && !TensorPrimitives.IsFiniteAll(new ReadOnlySpan<T>(sums, rows))) SumAgain(first + start, rows, sums);
                Dispatch.Run<T, BackwardColumns<T>.Map<TBackward>, bool>(new(block));
                Columns.ToRows(columns, pitch, classCount, rows, gradient + at);
            }

            Scratch.Check(buffer, 2 * BlockLength);
            Scratch.Check(sums, SmallRows.BlockRows);
        }

        /// <summary>A block's columns; what the last register has no row for is zeros.</summary>
        private void Read(T* rows, int count, T* columns, nint pitch)
        {
            Columns.FromRows(rows, classCount, count, columns, pitch);
            int end = (count + Vector512<T>.Count - 1) & -Vector512<T>.Count;
            for (nint c = 0; count < end && c < classCount; c++) new Span<T>(columns + (c * pitch) + count, end - count).Clear();
        }

        /// <summary>Floats whose sum is none, because a part of it overflowed or an element is not finite: in double, as of long rows.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void SumAgain(int start, int rows, T* sums)
        {
            for (int r = 0; r < rows; r++)
            {
                if (!T.IsFinite(sums[r])) sums[r] = T.CreateTruncating(Sum((nint)start + r, 0));
            }
        }
    }

    /// <summary>The sum over a row; the slopes come first, for not every sum reads the outputs.</summary>
    private readonly struct Summed<TBackward> : IElementOperator
        where TBackward : struct, IRowBackward
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Light | (TBackward.SumsProducts ? ElementParts.Second : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum = TBackward.Add(sum, second, first);
            return default;
        }
    }

    private readonly struct Mapped<TBackward>(double sum) : IElementOperator
        where TBackward : struct, IRowBackward
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sums, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            return TBackward.Of(first, second, V.Parameter(sum));
        }
    }
}
