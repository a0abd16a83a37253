using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Softmax cross-entropy with every class in the loss, by soft targets or smoothing. Of a row whose classes count a_c each the loss is
/// A ln(sum e^(z - m)) + sum a_c (m - z_c) with m the largest logit and A the sum of a: for counts of one sign all parts are, so nothing
/// cancels, and a confident row keeps its digits. The gradient is p_c A - a_c; with a focal exponent b_c - p_c (sum of b), b the slopes.
/// </summary>
internal readonly struct ClassObjective<T>(OptionScalars options) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Logits of a block: with exponentials and slopes they fill a first-level cache.</summary>
    private const int BlockLength = 4096;

    /// <summary>The most classes whose rows are computed by columns: 128 floats or 64 doubles.</summary>
    public static int MostColumns => 8 * Vector512<T>.Count;

    /// <summary>As many rows by columns as fill registers of any width, 16 floats (8 doubles) at least.</summary>
    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => classCount <= MostColumns
        ? Math.Clamp(BlockLength / classCount & -Vector512<T>.Count, Vector512<T>.Count, SmallRows.BlockRows)
        : Math.Clamp(BlockLength / classCount, 1, SmallRows.BlockRows);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => classCount <= MostColumns
        ? 4 * Columns.Length(classCount)
        : 2 * (rows + 1) * Pitch(classCount);

    private static int Pitch(int classCount) => (classCount + Vector512<T>.Count) & -Vector512<T>.Count;

    [SkipLocalsInit]
    public unsafe void Run(in RowBlock<T> block)
    {
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(ClassRowTerms<T>.BufferLength)]);
        int classCount = block.ClassCount, length = Columns.Length(classCount);
        bool isSmall = classCount <= MostColumns;
        ClassWork<T> work = new()
        {
            Block = block,
            Options = options,
            Rows = new(buffer),
            Logits = isSmall ? block.Work : block.Logits,
            Targets = block.Targets == null || !isSmall ? block.Targets : block.Work + (3 * length),
            Exponentials = block.Work + (isSmall ? length : 0),
            Slopes = block.Work + (isSmall ? 2 * length : block.Rows * Pitch(classCount)),
            Pitch = Pitch(classCount),
        };
        if (isSmall)
        {
            Columns.FromRows(block.Logits, classCount, block.Rows, work.Logits);
            if (block.Targets != null) Columns.FromRows(block.Targets, classCount, block.Rows, work.Targets);
            for (int r = 0; r < block.Rows; r++) work.Rows.Label[r] = block.Labels == null ? -T.One : T.CreateTruncating(block.Labels[r]);
        }

        if (block.Gradient != null) Dispatch.Run<T, ScaledWeights<T>, int>(new(block.Weights, block.Scale, block.Rows, work.Rows.RowScale));
        if (options.Gamma == 0) Run<NoFocal>(work, isSmall);
        else if (options.Gamma == 2) Run<SquareFocal>(work, isSmall);
        else Run<AnyFocal>(work, isSmall);
        Scratch.Check(buffer, ClassRowTerms<T>.BufferLength);
    }

    private static unsafe void Run<TFocal>(in ClassWork<T> work, bool isSmall)
        where TFocal : struct, IFocal
    {
        bool isDifferentiated = work.Block.Gradient != null;
        if (isSmall)
        {
            Dispatch.Run<T, ClassColumns.Largest<T>, int>(new(work));
            Dispatch.Run<T, ClassColumns.Exponentials<T>, int>(new(work));
            Dispatch.Run<T, ClassTerms<T>.Sums, int>(new(work));
            Dispatch.Run<T, ClassColumns.Classes<T, TFocal>, int>(new(work));
            Dispatch.Run<T, ClassTerms<T>.Rows<TFocal>, int>(new(work));
            if (!isDifferentiated) return;
            Dispatch.Run<T, ClassColumns.Gradient<T>, int>(new(work));
            Columns.ToRows(work.Slopes, work.Block.ClassCount, work.Block.Rows, work.Block.Gradient);
        }
        else
        {
            Dispatch.Run<T, ClassLongRows<T>.Exponentials, int>(new(work, isDifferentiated || !TFocal.IsNone));
            Dispatch.Run<T, ClassTerms<T>.Sums, int>(new(work));
            Dispatch.Run<T, ClassLongRows<T>.Classes<TFocal>, int>(new(work));
            Dispatch.Run<T, ClassTerms<T>.Rows<TFocal>, int>(new(work));
            if (isDifferentiated) Dispatch.Run<T, ClassLongRows<T>.Gradients<TFocal>, int>(new(work));
        }
    }
}
