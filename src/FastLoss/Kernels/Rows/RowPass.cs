using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>A call's rows from one to another, block by block; see <see cref="RowEngine"/>.</summary>
internal unsafe struct RowPass<T, TLabel, TObjective> : IRowsBody
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
    where TObjective : struct, IRowObjective<T>
{
    /// <summary>Rows that are weighed, and whose losses are added, together.</summary>
    private const int Group = SmallRows.BlockRows;

    /// <summary>Elements of a copied block.</summary>
    private const int CopiedLength = 4096;

    /// <summary>Elements of all buffers that are taken from the stack; more come from the array pool.</summary>
    private const int LocalLength = 16384;

    public RowWeights<T, TLabel> Rows;
    public TObjective Objective;
    public LogitTransform Logits;
    public T* Targets;
    public T* Gradient;
    public T* Losses;

    /// <summary>Classes that no row has; null where every row has all.</summary>
    public int* ClosedClasses;

    public int ClosedCount;

    /// <summary>What the gradient is multiplied by, and a power of two besides; 0 for a gradient of zeros.</summary>
    public double Scale, Power;

    public bool HasZLoss;
    public bool MasksDiagonal;
    public bool Accumulates;

    /// <summary>Rows are weighed as they come, not before.</summary>
    public bool Weighs;

    public int Threads;

    private readonly bool IsTransformed => !Logits.IsIdentity || MasksDiagonal || ClosedCount > 0;

    private readonly bool IsPacked => !Rows.Layout.IsContiguous || Rows.HalfScores != null;

    /// <summary>Weight and number of all rows, of which no logit is read but to see whether any is open.</summary>
    [SkipLocalsInit]
    public readonly void Weigh(int rows, ref RowTally totals)
    {
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(2 * Group)]);
        int* labels = Scratch.Take(stackalloc int[Scratch.Room<int>(Group)]);
        foreach ((int start, int n) in new Blocks(rows, Group))
        {
            int* classes = labels;
            ulong skipped = Rows.Prepare(start, n, ref classes, buffer, LabelWeights(buffer + Group));
            Rows.Add(n, buffer, LabelWeights(buffer + Group), skipped, ref totals);
        }

        Scratch.Check(buffer, 2 * Group);
        Scratch.Check(labels, Group);
    }

    [SkipLocalsInit]
    public readonly void Run(int first, int end, ref RowTally totals)
    {
        int classCount = Rows.Layout.ClassCount;
        int blockRows = Objective.BlockRows(classCount, Gradient != null, Gradient == Rows.Scores);
        if (IsPacked || IsTransformed || Accumulates) blockRows = Math.Clamp(CopiedLength / classCount, 1, blockRows);
        blockRows = Math.Min(blockRows, end - first);
        int length = blockRows * classCount, work = Objective.WorkLength(blockRows, classCount, Gradient != null);
        long total = ((long)Copies * (length + Vector512<T>.Count)) + work;
        if (total <= LocalLength)
        {
            T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>((int)total)]);
            Run(first, end, blockRows, buffer, ref totals);
            Scratch.Check(buffer, (int)total);
            return;
        }

        T[] rented = ArrayPool<T>.Shared.Rent(checked((int)total + Scratch.Room<T>(0)));
        fixed (T* buffer = rented) Run(first, end, blockRows, buffer, ref totals);
        ArrayPool<T>.Shared.Return(rented);
    }

    /// <summary>The buffers of a block's length: packed scores, logits, targets, gradient.</summary>
    private readonly int Copies =>
        (IsPacked ? 1 : 0) + (IsTransformed ? 1 : 0) + (Targets != null && !Rows.Layout.IsContiguous ? 1 : 0) + (Accumulates ? 1 : 0);

    private readonly T* LabelWeights(T* buffer) => Rows.ClassWeights != null && Rows.Labels != null ? buffer : null;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Run(int first, int end, int blockRows, T* buffer, ref RowTally totals)
    {
        T* numbers = Scratch.Take(stackalloc T[Scratch.Room<T>(4 * Group)]);
        int* labels = Scratch.Take(stackalloc int[Scratch.Room<int>(Group)]);
        bool isSmall = Rows.Layout.ClassCount <= SmallRows.MaxClasses<T>();
        int tableLength = Gradient != null && isSmall ? SmallRows.TableLength<T>(Rows.Layout.ClassCount) : 1;
        T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(tableLength)]);
        if (tableLength > 1) Dispatch.Run<T, RowTable<T>, int>(new(rowTable, Rows.Layout.ClassCount, end - first));
        double* wideLosses = Scratch.Take(stackalloc double[Scratch.Room<double>(TObjective.IsWide ? Group : 1)]);
        T* weights = numbers, labelWeights = LabelWeights(numbers + Group), losses = numbers + (2 * Group), zTerms = numbers + (3 * Group);
        RowBlock<T> block = default;
        block.ClassCount = Rows.Layout.ClassCount;
        block.ClassWeights = Rows.ClassWeights;
        block.RowTable = rowTable;
        block.Threads = Threads;
        for (nint start = first; start < end; start += Group)
        {
            int n = (int)Math.Min(Group, end - start);
            int* classes = labels;
            ulong skipped = Rows.Prepare(start, n, ref classes, weights, labelWeights);
            if (Weighs) Rows.Add(n, weights, labelWeights, skipped, ref totals);
            foreach ((int r, int count) in new Blocks(n, blockRows))
            {
                block.Rows = count;
                block.Labels = Rows.Labels != null ? classes + r : null;
                block.Weights = Rows.CountsAll ? null : weights + r;
                block.LabelWeights = labelWeights != null ? labelWeights + r : null;
                block.Losses = losses + r;
                block.WideLosses = TObjective.IsWide ? wideLosses + r : null;
                block.ZTerms = zTerms + r;
                block.Skipped = (skipped >> r) & (ulong.MaxValue >> (Group - block.Rows));
                Block(start + r, ref block, buffer);
            }

            if (TObjective.IsWide && Losses != null) Narrow(wideLosses, Losses + start, n);
            else if (Losses != null) new ReadOnlySpan<T>(losses, n).CopyTo(new Span<T>(Losses + start, n));
            if (TObjective.IsWide) totals.Sum.AddBuffer(wideLosses, n);
            else totals.Sum.AddBuffer(losses, n);
            if (HasZLoss) totals.ZSum.AddBuffer(zTerms, n);
        }

        Scratch.Check(numbers, 4 * Group);
        Scratch.Check(labels, Group);
        Scratch.Check(rowTable, tableLength);
        Scratch.Check(wideLosses, TObjective.IsWide ? Group : 1);
    }

    private static void Narrow(double* wide, T* narrow, int n)
    {
        for (int i = 0; i < n; i++) narrow[i] = T.CreateTruncating(wide[i]);
    }

    /// <summary>One block: its logits from the source, the objective, and its gradient to where it goes.</summary>
    private readonly void Block(nint first, ref RowBlock<T> block, T* buffer)
    {
        int length = block.Rows * block.ClassCount;
        nint room = length + Vector512<T>.Count, at = first * block.ClassCount;
        T* scores = Rows.Scores + at, gradient = Gradient != null ? Gradient + at : null;
        block.Targets = Targets != null ? Targets + at : null;
        if (IsPacked)
        {
            if (Rows.HalfScores != null) HalfRows.Pack(Rows.HalfScores, Rows.Layout, first, block.Rows, (float*)buffer);
            else Rows.Layout.Pack(Rows.Scores, first, block.Rows, buffer);
            scores = buffer;
            buffer += room;
        }

        if (Targets != null && !Rows.Layout.IsContiguous)
        {
            Rows.Layout.Pack(Targets, first, block.Rows, buffer);
            block.Targets = buffer;
            buffer += room;
        }

        // A copy may become the gradient; the caller's scores may not, unless they are its destination.
        block.Logits = scores;
        if (IsTransformed)
        {
            block.Logits = buffer;
            Logits.Run(scores, buffer, length);
            if (MasksDiagonal) SetDiagonal(buffer, block, first, T.NegativeInfinity);
            if (ClosedCount > 0) SetClosed(buffer, block, T.NegativeInfinity);
            buffer += room;
        }

        bool isApart = Accumulates || !Rows.Layout.IsContiguous;
        if (Accumulates && block.Logits == Rows.Scores + at) block.Gradient = buffer;
        else block.Gradient = Gradient == null ? null : isApart || !Logits.IsFactor ? block.Logits : gradient;

        if (Accumulates) buffer += room;
        block.Work = buffer;
        block.Scale = Logits.IsFactor ? Scale * Logits.InverseTemperature : Scale;
        Objective.Run(block);
        if (Gradient == null) return;
        if (!Logits.IsFactor) Logits.Backward(scores, block.Gradient, isApart ? block.Gradient : gradient, length);
        T* result = isApart ? block.Gradient : gradient;
        Finish(result, block);
        if (MasksDiagonal) SetDiagonal(result, block, first, T.Zero); // also of a row of NaN: its own column is not among its logits
        if (ClosedCount > 0) SetClosed(result, block, T.Zero);
        if (!isApart) return;
        if (Accumulates) Rows.Layout.Add(result, first, block.Rows, Gradient);
        else Rows.Layout.Unpack(result, first, block.Rows, Gradient);
    }

    private static void SetDiagonal(T* square, in RowBlock<T> block, nint first, T value)
    {
        for (nint r = 0; r < block.Rows; r++) square[(r * block.ClassCount) + first + r] = value;
    }

    private readonly void SetClosed(T* rows, in RowBlock<T> block, T value)
    {
        for (nint r = 0; r < block.Rows; r++)
        {
            T* row = rows + (r * block.ClassCount);
            for (nint i = 0; i < ClosedCount; i++) row[ClosedClasses[i]] = value;
        }
    }

    /// <summary>Zeros for skipped rows, and for all where there is no mean; and the power that was taken out of the scale.</summary>
    private readonly void Finish(T* gradient, in RowBlock<T> block)
    {
        nint n = block.ClassCount;
        if (Scale == 0) new Span<T>(gradient, (int)(block.Rows * n)).Clear();
        for (ulong left = block.Skipped; left != 0; left &= left - 1)
        {
            new Span<T>(gradient + (BitOperations.TrailingZeroCount(left) * n), (int)n).Clear();
        }

        if (Power != 1) RowPowers.Multiply(new Span<T>(gradient, (int)(block.Rows * n)), Power);
    }
}
