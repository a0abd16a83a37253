using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Up to 64 rows of few classes of which each counts a_c: the loss is A ln(sum relative to the largest) + sum a_c (max - z_c), A the
/// sum of the counts, and the gradient p_c A - a_c. Relative to the largest logit, so that a confident row keeps its digits.
/// </summary>
internal readonly unsafe struct SoftBlock<T>(
    T* buffer, int length, T* rowTable, int classCount, T* flatWeights, OptionScalars options, double scale, bool isValueOnly)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="x">The logits.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="targets">A number for each logit; null for none.</param>
    /// <param name="labels">A class for each row; null for none.</param>
    /// <param name="weights">What each row weighs; 0 for one that is skipped.</param>
    /// <param name="zTerms">Receives what z-loss added to each row's loss.</param>
    /// <param name="losses">Receives the losses; whole vectors are written.</param>
    /// <param name="gradient">Receives the gradient; it may be x; null where it is not wanted.</param>
    [SkipLocalsInit]
    public void Run(T* x, int rows, T* targets, int* labels, T* weights, T* zTerms, T* losses, T* gradient)
    {
        T* e = buffer, counts = buffer + length, away = buffer + (2 * length), copy = buffer + (3 * length);
        T* terms = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<T>.BufferLength)]);
        T* sums = Scratch.Take(stackalloc T[Scratch.Room<T>(3 * SmallRows.BlockRows)]);
        int* largest = Scratch.Take(stackalloc int[Scratch.Room<int>(SmallRows.BlockRows)]);
        RowSums all = new(sums);
        RowTerms<T> row = new(terms, losses);
        int n = rows * classCount;
        T* z = x;
        if (!options.IsIdentity)
        {
            z = copy;
            Map.Run(x, z, n, new OptionTransform<T>(options));
        }

        ulong skipped = RowOptions<T>.Skipped(weights, rows);
        SoftmaxRows.FinishWithLargest<Yes, T>(z, e, classCount, rows, largest, row, ~skipped);
        Count(z, targets, labels, counts, all, rows);
        SmallRows.Sum<T, No>(counts, classCount, rows, null, all.Counts);
        SmallRows.Sum<T, Yes>(counts, classCount, rows, largest, all.OtherCounts);
        SmallRows.Pick(z, classCount, rows, largest, row.Target);
        new Span<T>(all.Away, SmallRows.BlockRows).Clear();
        SmallRows.SubtractTwice(z, away, classCount, rows, row.Target, all.Away, rowTable);
        Elementwise.Chunk(away, counts, null, away, n, default(Distance));
        SmallRows.Sum<T, No>(away, classCount, rows, null, all.Away);
        ulong reduced = Combine(row, all, rows, weights, zTerms) & ~skipped;
        if (!isValueOnly) Write(row, x, rows, largest, gradient, reduced, skipped);
        Scratch.Check(terms, RowTerms<T>.BufferLength);
        Scratch.Check(sums, 3 * SmallRows.BlockRows);
        Scratch.Check(largest, SmallRows.BlockRows);
    }

    private void Write(in RowTerms<T> row, T* x, int rows, int* largest, T* gradient, ulong reduced, ulong skipped)
    {
        T* e = buffer, counts = buffer + length;
        int n = rows * classCount;
        if (reduced != 0) row.Reduce(e, classCount, rows, reduced, rowTable);
        SmallRows.Scale(e, e, classCount, rows, row.Factor, row.Least, rowTable);
        new Span<T>(row.Least, SmallRows.BlockRows).Fill(T.NegativeInfinity);
        SmallRows.Scale(counts, counts, classCount, rows, row.Power, row.Least, rowTable);
        TensorPrimitives.Subtract(new ReadOnlySpan<T>(e, n), new ReadOnlySpan<T>(counts, n), new Span<T>(e, n));
        for (int r = 0; r < rows; r++) e[(r * classCount) + largest[r]] = row.TargetGradient[r];
        if (!options.IsIdentity) Elementwise.Chunk(e, x, null, e, n, new OptionTransform<T>(options));
        CrossEntropyRows.Clear(e, classCount, skipped);
        new ReadOnlySpan<T>(e, n).CopyTo(new Span<T>(gradient, n));
    }

    /// <summary>What each row adds up to.</summary>
    private readonly struct RowSums(T* sums)
    {
        /// <summary>All counts.</summary>
        public T* Counts => sums;

        /// <summary>The counts of all but the largest logit's class.</summary>
        public T* OtherCounts => sums + SmallRows.BlockRows;

        /// <summary>Counts times the distance from the largest logit.</summary>
        public T* Away => sums + (2 * SmallRows.BlockRows);
    }

    /// <summary>a (max - z), 0 where a is 0, from the z - max that were.</summary>
    private readonly struct Distance : IElementwiseStep<T>
    {
        public static bool Sums => false;

        public static bool Writes => true;

        public static bool Weighs => false;

        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
            Formula.Weighted(-prediction, target);
    }

    private void Count(T* z, T* targets, int* labels, T* counts, RowSums all, int rows)
    {
        Spread(z, targets, counts, rows * classCount, classCount);
        if (options.IsSmoothed) SpreadOverOpen(z, targets, counts, all, rows);
        if (labels == null) return;
        T kept = T.CreateTruncating(1 - options.Smoothing);
        for (int r = 0; r < rows; r++) counts[(r * classCount) + labels[r]] += flatWeights == null ? kept : kept * flatWeights[labels[r]];
    }

    /// <summary>The counts of rows with masks once more: what the smoothing spreads goes to fewer classes.</summary>
    private void SpreadOverOpen(T* z, T* targets, T* counts, RowSums all, int rows)
    {
        int n = rows * classCount;
        if (OptionRow<T>.CountOpen(z, n) == n) return;
        T* open = buffer + (2 * length), spread = all.Away;
        Elementwise.Chunk(z, z, null, open, n, default(IsOpen<T>));
        SmallRows.Sum<T, No>(open, classCount, rows, null, spread);
        T whole = T.CreateTruncating(classCount), smoothing = T.CreateTruncating(options.Smoothing);
        T share = T.CreateTruncating(options.Smoothing / classCount);
        for (int r = 0; r < rows; r++) spread[r] = spread[r] == whole ? share : smoothing / spread[r];
        new Span<T>(all.OtherCounts, SmallRows.BlockRows).Fill(T.NegativeInfinity);
        SmallRows.Scale(open, open, classCount, rows, spread, all.OtherCounts, rowTable);
        T kept = T.CreateTruncating(1 - options.Smoothing);
        if (targets == null) new ReadOnlySpan<T>(open, n).CopyTo(new Span<T>(counts, n));
        else TensorPrimitives.FusedMultiplyAdd(new ReadOnlySpan<T>(targets, n), kept, new ReadOnlySpan<T>(open, n), new Span<T>(counts, n));
        if (flatWeights != null) TensorPrimitives.Multiply(new ReadOnlySpan<T>(counts, n), new ReadOnlySpan<T>(flatWeights, n), new Span<T>(counts, n));
    }

    private void Spread(T* z, T* targets, T* counts, int n, int open)
    {
        if (targets != null)
        {
            ClassTerms<T, Yes, No> terms = new(options, open, T.Zero, 0);
            if (flatWeights == null) Elementwise.Chunk(z, targets, null, counts, n, new ClassCounts<T, Yes, No>(terms));
            else Elementwise.Chunk(z, targets, flatWeights, counts, n, new ClassCounts<T, Yes, Yes>(terms));
        }
        else
        {
            ClassTerms<T, No, No> terms = new(options, open, T.Zero, 0);
            if (flatWeights == null) Elementwise.Chunk(z, z, null, counts, n, new ClassCounts<T, No, No>(terms));
            else Elementwise.Chunk(z, z, flatWeights, counts, n, new ClassCounts<T, No, Yes>(terms));
        }
    }

    /// <summary>
    /// The rows' losses; and p's factor, the counts' factor (in <see cref="RowTerms{T}.Power"/>, whose use is over) and the gradient at
    /// the largest logit, where p A - a would cancel. Returns a bit for each row whose exponentials must be reduced.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private ulong Combine(in RowTerms<T> row, RowSums all, int rows, T* weights, T* zTerms)
    {
        Vector512<T> twice = VectorMath.Of<T>(2 * options.ZLoss);
        ulong reduced = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> weight = Vector512.Load(weights + r);
            Vector512<T> counts = Vector512.Load(all.Counts + r);
            Vector512<T> logSum = Vector512.Load(row.Loss + r);
            Vector512<T> value = Lanes.Fma(counts, logSum, Vector512.Load(all.Away + r));
            Vector512<T> logSumExp = Vector512<T>.Zero;
            if (options.ZLoss != 0)
            {
                logSumExp = Vector512.Load(row.Target + r) + logSum;
                Vector512<T> term = VectorMath.Of<T>(options.ZLoss) * logSumExp * logSumExp;
                Formula.Weighted(term, weight).Store(zTerms + r);
                value += term;
            }

            Formula.Weighted(value, weight).Store(row.Loss + r);
            weight = RowPowers.Scaled(weight, scale);
            Vector512<T> complement = -Vector512.Load(row.TargetGradient + r);
            Vector512<T> others = Vector512.Load(all.OtherCounts + r);
            Vector512<T> zSlope = twice * logSumExp;
            Vector512<T> atLargest = ((Vector512<T>.One - complement) * (others + zSlope)) - ((counts - others) * complement);
            Vector512<T> factor = RowPowers.Factor(
                Vector512.Load(row.Factor + r), Formula.Weighted(counts + zSlope, weight), out Vector512<T> isReduced);
            reduced |= Vector512.ExtractMostSignificantBits(isReduced) << (int)r;
            factor.Store(row.Factor + r);
            weight.Store(row.Power + r);
            ScaleExp.Least(Vector512<T>.One / Vector512.Abs(factor)).Store(row.Least + r);
            RowPowers.Normal(atLargest * weight).Store(row.TargetGradient + r);
        }

        return reduced & (ulong.MaxValue >> (SmallRows.BlockRows - rows));
    }
}

/// <summary>1, or 0 for a mask.</summary>
internal readonly struct IsOpen<T> : IElementwiseStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Sums => false;

    public static bool Writes => true;

    public static bool Weighs => false;

    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
        Vector512.AndNot(Vector512<T>.One, Vector512.Equals(prediction, Vector512.Create(T.NegativeInfinity)));
}

/// <summary>What each class counts.</summary>
internal readonly struct ClassCounts<T, TTargets, TWeighs>(ClassTerms<T, TTargets, No> terms) : IElementwiseStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTargets : struct, IFlag
    where TWeighs : struct, IFlag
{
    public static bool Sums => false;

    public static bool Writes => true;

    public static bool Weighs => TWeighs.Value;

    public static bool IsLight => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
        terms.Counts<TWeighs>(prediction, target, weight);
}
