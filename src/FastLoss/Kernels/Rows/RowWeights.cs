using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// What up to 64 rows count: weights, mask, ignored labels and rows without an open class made one weight a row, 0 for what is
/// skipped; and their labels as classes, 0 for a skipped row, whose label may be anything.
/// </summary>
internal unsafe struct RowWeights<T, TLabel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    public T* Scores;

    public Half* HalfScores;

    public RowLayout Layout;

    public TLabel* Labels;

    /// <summary>Null for 1.</summary>
    public T* Weights;

    public bool* Mask;

    /// <summary>Null for 1.</summary>
    public T* ClassWeights;

    public Int128? Ignored;

    public bool SkipsMaskedRows;

    /// <summary>The weights of labels' classes are part of what a row counts.</summary>
    public bool LabelsWeigh;

    /// <summary>Whether every row counts, and as 1.</summary>
    public readonly bool CountsAll => Weights == null && Mask == null && Ignored == null && !SkipsMaskedRows;

    /// <summary>
    /// Fills the block's labels (or points to them, where they are ints and all count), weights and weights of labels, up to a whole register, where they are not null; returns the rows
    /// that are skipped, a bit each.
    /// </summary>
    public readonly ulong Prepare(nint first, int rows, ref int* labels, T* weights, T* labelWeights)
    {
        if (typeof(TLabel) == typeof(int) && CountsAll && Labels != null) labels = (int*)(Labels + first);
        else if (Labels != null) FastLoss.Kernels.Labels.Truncate(new ReadOnlySpan<TLabel>(Labels + first, rows), new Span<int>(labels, rows));
        ulong skipped = 0;
        if (!CountsAll)
        {
            if (Weights == null) new Span<T>(weights, rows).Fill(T.One);
            else new ReadOnlySpan<T>(Weights + first, rows).CopyTo(new Span<T>(weights, rows));
            ulong zeros = Weights == null ? 0 : Zeros(weights, rows);
            skipped = zeros | Left(first, rows);
            for (ulong left = skipped & ~zeros; left != 0; left &= left - 1) weights[BitOperations.TrailingZeroCount(left)] = T.Zero;
            for (ulong left = Labels == null ? 0 : skipped; left != 0; left &= left - 1) labels[BitOperations.TrailingZeroCount(left)] = 0;
        }

        if (labelWeights != null) SmallRows.Pick(ClassWeights, 0, rows, labels, labelWeights);
        return skipped;
    }

    /// <summary>The rows' weight and number.</summary>
    public readonly void Add(int rows, T* weights, T* labelWeights, ulong skipped, ref RowTally totals)
    {
        totals.Count += rows - BitOperations.PopCount(skipped);
        if (!LabelsWeigh || labelWeights == null)
        {
            if (!CountsAll) totals.Weight.AddBuffer(weights, rows);
            return;
        }

        if (CountsAll)
        {
            totals.Weight.Add(new ReadOnlySpan<T>(labelWeights, rows));
            return;
        }

        // Products in double: those of floats may leave the range of float.
        double* products = Scratch.Take(stackalloc double[Scratch.Room<double>(SmallRows.BlockRows)]);
        for (int r = 0; r < rows; r++) products[r] = double.CreateTruncating(weights[r]) * double.CreateTruncating(labelWeights[r]);
        totals.Weight.AddBuffer(products, rows);
        Scratch.Check(products, SmallRows.BlockRows);
    }

    /// <summary>The rows that mask, label or logits leave out.</summary>
    private readonly ulong Left(nint first, int rows)
    {
        ulong left = 0;
        if (Ignored is Int128 ignored && Labels != null) left = FastLoss.Kernels.Labels.Equal(new ReadOnlySpan<TLabel>(Labels + first, rows), ignored);
        for (int r = 0; Mask != null && r < rows; r++) left |= (Mask[first + r] ? 0UL : 1UL) << r;
        for (int r = 0; SkipsMaskedRows && r < rows; r++) left |= (IsMasked(first + r) ? 1UL : 0UL) << r;
        return left;
    }

    private readonly bool IsMasked(nint row)
    {
        nint at = Layout.Start(row), step = Layout.Inner;
        for (int c = 0; c < Layout.ClassCount; c++, at += step)
        {
            if (HalfScores != null ? !Half.IsNegativeInfinity(HalfScores[at]) : !T.IsNegativeInfinity(Scores[at])) return false;
        }

        return true;
    }

    private static ulong Zeros(T* weights, int rows) => Dispatch.Run<T, ZeroBits, ulong>(new(weights, rows));

    /// <summary>A bit for each weight that is 0.</summary>
    private readonly struct ZeroBits(T* weights, int rows) : IKernel<T, ulong>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public ulong Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ulong zeros = 0;
            for (nint r = 0; r < rows; r += V.Count) zeros |= V.Bits(V.Equal(V.Load(weights + r), 0)) << (int)r;
            return zeros & (ulong.MaxValue >> (SmallRows.BlockRows - rows));
        }
    }
}
