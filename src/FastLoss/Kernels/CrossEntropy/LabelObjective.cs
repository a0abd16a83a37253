using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Softmax cross-entropy of rows of logits with a label each. With e the exponentials and o the sum of all but the label's,
/// the loss is ln(1 + o / e_label), the label's gradient -o / (o + e_label): both keep their digits when the row is confident,
/// where ln(sum) - x_label and p_label - 1 have none left. Class weights, a focal exponent and z-loss change these terms, and no logit.
/// So does the smoothing of long rows without masks, up to 1/2: it adds the sum of the logits' distances from the label's.
/// </summary>
internal readonly unsafe struct LabelObjective<T>(double zLoss, double gamma, double smoothing = 0) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements of exponentials kept on the stack when the gradient overwrites the logits.</summary>
    private const int LocalLength = 4096;

    /// <summary>
    /// Rows whose gradient follows must still be in the cache when it does; the losses alone read each row once. A row's
    /// result does not depend on its block.
    /// </summary>
    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace)
    {
        if (classCount >= Chunks.SerialLength) return 1;
        if (!isDifferentiated || classCount <= SmallRows.MaxClasses<T>()) return SmallRows.BlockRows;
        return Math.Clamp((isInPlace ? LocalLength : 65536) / classCount, 1, SmallRows.BlockRows);
    }

    public int WorkLength(int rows, int classCount, bool isDifferentiated)
    {
        if (smoothing == 0 && !IsGathered(classCount)) return 0;
        int most = Gathered(classCount);
        return default(ClassObjective<T>).WorkLength(most, classCount, isDifferentiated) + (most * classCount) + (64 / sizeof(T));
    }

    /// <summary>Whether rows that must be done again go to <see cref="ClassObjective{T}"/>, as many at a time as it takes.</summary>
    private static bool IsGathered(int classCount) => classCount > SmallRows.MaxClasses<T>() && classCount <= ClassObjective<T>.MostColumns;

    private static int Gathered(int classCount) => default(ClassObjective<T>).BlockRows(classCount, true, false);

    /// <summary>
    /// Whether a loss of labels is done here, and not by <see cref="ClassObjective{T}"/>: that is as fast or faster for rows a little longer
    /// than the small ones (40 floats 42 ns for 60 with AVX2, 30 for 23 with AVX-512), and slower for longer ones.
    /// </summary>
    public static bool Takes(double smoothing, double gamma, int classCount, bool hasClassWeights)
    {
        if (smoothing == 0) return !SoftmaxColumns.Takes<T>(classCount);
        return smoothing <= 0.5 && gamma == 0 && !hasClassWeights && classCount > 2 * SmallRows.MaxClasses<T>();
    }

    public void Run(in RowBlock<T> block)
    {
        fixed (RowBlock<T>* p = &block) Dispatch.Run<T, Pass, int>(new(this, p));
    }

    private readonly struct Pass(LabelObjective<T> objective, RowBlock<T>* block) : IKernel<T, int>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            objective.Run<V>(*block);
            return 0;
        }
    }

    private void Run<V>(in RowBlock<T> block)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        bool isPlain = block.Weights == null && block.LabelWeights == null && zLoss == 0 && gamma == 0 && smoothing == 0;
        if (block.Gradient == null)
        {
            if (isPlain) Run<V, No, No>(block);
            else Run<V, No, Yes>(block);
        }
        else if (isPlain)
        {
            Run<V, Yes, No>(block);
        }
        else
        {
            Run<V, Yes, Yes>(block);
        }
    }

    /// <summary>With <typeparamref name="TOptions"/> as weights, gamma and z-loss say; no row that is skipped is heard.</summary>
    [SkipLocalsInit]
    private void Run<V, TGradient, TOptions>(in RowBlock<T> block)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where TGradient : struct, IFlag
        where TOptions : struct, IFlag
    {
        int classCount = block.ClassCount, rows = block.Rows;
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<V, T>.BufferLength)]);
        RowTerms<V, T> terms = new(buffer, block.Losses);
        bool isSmall = classCount <= SmallRows.MaxClasses<T>();
        T* local = Scratch.Take(stackalloc T[Scratch.Room<T>(isSmall ? SmallRows.BufferLength<T>(classCount) : TGradient.Value ? LocalLength : 1)]);

        // Where the exponentials are kept for the gradient; null when they are computed again.
        T* e = isSmall ? local
            : !TGradient.Value ? null
            : SoftmaxRow<V, T>.Reloads(block.Logits, block.Gradient, classCount) ? block.Gradient
            : (long)rows * classCount <= LocalLength ? local
            : null;
        ulong skipped = TOptions.Value ? block.Skipped : 0, repairs = 0, reduced;
        if (isSmall) reduced = SmallTerms<V, TGradient, TOptions>(block, terms, e, skipped);
        else repairs = LongTerms<V, TGradient, TOptions>(block, terms, e, skipped, out reduced);
        ulong gathered = IsGathered(classCount) ? repairs : 0;
        T* distances = Scratch.Take(stackalloc T[Scratch.Room<T>(TOptions.Value ? SmallRows.BlockRows : 1)]);
        ulong apart = gathered | (TOptions.Value && smoothing != 0 ? Distances<V>(block, distances) & ~skipped : 0);
        Smoothed<T> smoothed = smoothing == 0 ? default : new(distances, smoothing / classCount);
        if (TOptions.Value) reduced = terms.Apply<TGradient>(block, zLoss, gamma, smoothed) & ~skipped;
        if (apart != 0) RunApart(block, apart);
        if (TGradient.Value)
        {
            if (isSmall) WriteSmall(terms, e, classCount, rows, block.Gradient, reduced, block.RowTable);
            else WriteLarge(terms, block, e, smoothed.Spread, repairs, reduced, apart);
            for (int r = 0; r < rows; r++)
            {
                if (((apart >> r) & 1) == 0) Row(block.Gradient, r, classCount)[block.Labels[r]] = terms.TargetGradient[r];
            }
        }

        Scratch.Check(distances, TOptions.Value ? SmallRows.BlockRows : 1);
        Scratch.Check(buffer, RowTerms<V, T>.BufferLength);
        Scratch.Check(local, isSmall ? SmallRows.BufferLength<T>(classCount) : TGradient.Value ? LocalLength : 1);
    }

    /// <summary>The terms of small rows, all of them; returns the rows whose exponentials must be reduced for their factor.</summary>
    private ulong SmallTerms<V, TGradient, TOptions>(in RowBlock<T> block, in RowTerms<V, T> terms, T* e, ulong skipped)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where TGradient : struct, IFlag
        where TOptions : struct, IFlag
    {
        T* x = block.Logits;
        int classCount = block.ClassCount, rows = block.Rows;
        ulong redone = ulong.MaxValue >> (SmallRows.BlockRows - rows);
        bool isRedone = SmallRows<V, T>.TryRedoFar(x, e, classCount, rows, skipped, block.Labels, terms);
        if (!isRedone)
        {
            SmallRows<V, T>.Exp(x, e, rows * classCount);
            SmallRows.TakeOut(e, classCount, rows, block.Labels, terms.Target);
            SmallRows<V, T>.Sum(e, classCount, rows, terms.Others);
            redone = terms.Inexact(rows);
        }

        redone &= ~skipped;
        double scale = TOptions.Value ? 1 : block.Scale;
        bool needsFactors = TGradient.Value || (TOptions.Value && zLoss != 0);
        Finish(terms, rows, scale, true, needsFactors, redone, out ulong reduced);
        if (TOptions.Value && !isRedone) new Span<T>(terms.Power, rows).Clear();
        if (redone != 0)
        {
            if (!isRedone) SmallRows<V, T>.Redo(x, e, classCount, rows, redone, block.Labels, terms);
            if (needsFactors) terms.FinishRedone<Yes>(rows, scale, redone, ref reduced);
            else terms.FinishRedone<No>(rows, scale, redone, ref reduced);
        }
        else if (TOptions.Value)
        {
            new Span<T>(terms.Offset, rows).Clear();
        }

        return reduced;
    }

    /// <summary>
    /// The terms of longer rows; returns the rows that these do not do for, of which those that <see cref="RunApart"/> does not do have been
    /// repaired.
    /// </summary>
    private ulong LongTerms<V, TGradient, TOptions>(in RowBlock<T> block, RowTerms<V, T> terms, T* e, ulong skipped, out ulong reduced)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where TGradient : struct, IFlag
        where TOptions : struct, IFlag
    {
        T* x = block.Logits;
        int* labels = block.Labels;
        int classCount = block.ClassCount, rows = block.Rows;
        for (int r = 0; r < rows; r++) terms.Target[r] = Row(x, r, classCount)[labels[r]];
        if (Chunks.IsParallel(classCount, block.Threads)) LongRow(x, e, classCount, labels[0], terms, block.Threads);
        else if (e == null) ExpSum<V, T>.ScaledRows<No>(x, null, classCount, rows, labels, terms.Others, terms.Power);
        else ExpSum<V, T>.ScaledRows<Yes>(x, e, classCount, rows, labels, terms.Others, terms.Power);
        double scale = TOptions.Value ? 1 : block.Scale;
        bool needsFactors = TGradient.Value || (TOptions.Value && zLoss != 0);
        ulong repairs = Finish(terms, rows, scale, false, needsFactors, 0, out reduced) & ~skipped;
        if (TOptions.Value) new Span<T>(terms.Offset, rows).Clear();
        reduced &= ~repairs;
        for (ulong left = IsGathered(classCount) ? 0 : repairs; left != 0; left &= left - 1)
        {
            int r = BitOperations.TrailingZeroCount(left);
            if (terms.Repair(r, Row(x, r, classCount), classCount, labels[r], scale, block.Threads)) reduced |= 1UL << r;
        }

        return repairs;
    }

    private static ulong Finish<V>(
        in RowTerms<V, T> terms, int rows, double scale, bool areExponentials, bool needsFactors, ulong passed, out ulong reduced)
        where V : unmanaged, IPacked<V, T>, IVector<V> => (areExponentials, needsFactors) switch
        {
            (true, true) => terms.Finish<Yes, Yes>(rows, scale, out reduced, passed),
            (true, false) => terms.Finish<No, Yes>(rows, scale, out reduced, passed),
            (false, true) => terms.Finish<Yes, No>(rows, scale, out reduced, passed),
            (false, false) => terms.Finish<No, No>(rows, scale, out reduced, passed),
        };

    /// <summary>A row worth threads of its own; blocks of such rows are one row.</summary>
    private static void LongRow<V>(T* x, T* e, int classCount, int label, RowTerms<V, T> terms, int threads)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        RowShift<T> shift = RowShift<T>.Guess<V>(x, classCount);
        double sum = e == null
            ? ExpSum<V, T>.Scaled<No>(x, null, classCount, label, shift, threads)
            : ExpSum<V, T>.Scaled<Yes>(x, e, classCount, label, shift, threads);
        terms.Power[0] = T.CreateTruncating(shift.Power);
        terms.Others[0] = T.CreateTruncating(sum);
    }

    private static void WriteSmall<V>(RowTerms<V, T> terms, T* e, int classCount, int rows, T* gradient, ulong reduced, T* rowTable)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        if (reduced != 0) terms.Reduce(e, classCount, rows, reduced, rowTable);
        SmallRows<V, T>.Scale(e, gradient, classCount, rows, terms.Factor, terms.Least, rowTable);
    }

    /// <summary>The sums of the distances from the labels' logits; a bit for each row where that is infinite or NaN, as one with masks.</summary>
    [SkipLocalsInit]
    private static ulong Distances<V>(in RowBlock<T> block, T* distances)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        double* sums = Scratch.Take(stackalloc double[Scratch.Room<double>(ClassRowSums.BufferLength)]);
        ulong apart = 0;
        for (int r = 0; r < block.Rows; r++)
        {
            T* row = Row(block.Logits, r, block.ClassCount);
            double sum = ((block.Skipped >> r) & 1) != 0 ? 0 : ClassLongRows<V, T>.Distances(row, block.ClassCount, double.CreateTruncating(row[block.Labels[r]]), sums);
            distances[r] = T.CreateTruncating(sum);
            if (!double.IsFinite(sum)) apart |= 1UL << r;
        }

        Scratch.Check(sums, ClassRowSums.BufferLength);
        return apart;
    }

    /// <summary>
    /// Rows whose exponentials alone do not do, and smoothed ones with masks: copied next to each other, and their results to where they belong.
    /// </summary>
    [SkipLocalsInit]
    private void RunApart(in RowBlock<T> block, ulong apart)
    {
        ClassObjective<T> objective = new(new(smoothing, zLoss, gamma));
        int n = block.ClassCount, most = Gathered(n), count;
        T* numbers = Scratch.Take(stackalloc T[Scratch.Room<T>(3 * SmallRows.BlockRows)]);
        int* sources = Scratch.Take(stackalloc int[Scratch.Room<int>(2 * SmallRows.BlockRows)]);
        T* copies = block.Work;
        RowBlock<T> rows = block;
        rows.Logits = copies;
        rows.Gradient = block.Gradient == null ? null : copies;
        rows.Labels = sources + SmallRows.BlockRows;
        rows.Weights = numbers;
        rows.Losses = numbers + SmallRows.BlockRows;
        rows.ZTerms = numbers + (2 * SmallRows.BlockRows);
        rows.Work = copies + (most * n) + (64 / sizeof(T));
        while (apart != 0)
        {
            for (count = 0; apart != 0 && count < most; count++, apart &= apart - 1)
            {
                int r = sources[count] = BitOperations.TrailingZeroCount(apart);
                new ReadOnlySpan<T>(Row(block.Logits, r, n), n).CopyTo(new Span<T>(copies + (count * n), n));
                rows.Labels[count] = block.Labels[r];
                rows.Weights[count] = block.Weights == null ? T.One : block.Weights[r];
            }

            rows.Rows = count;
            objective.Run(rows);
            for (int i = 0; i < count; i++)
            {
                int r = sources[i];
                block.Losses[r] = rows.Losses[i];
                if (zLoss != 0) block.ZTerms[r] = rows.ZTerms[i];
                if (block.Gradient != null) new ReadOnlySpan<T>(copies + (i * n), n).CopyTo(new Span<T>(Row(block.Gradient, r, n), n));
            }
        }

        Scratch.Check(numbers, 3 * SmallRows.BlockRows);
        Scratch.Check(sources, 2 * SmallRows.BlockRows);
    }

    /// <summary>The rows' gradients but for the labels: the exponentials' part, less what smoothing gives every class.</summary>
    private static void WriteLarge<V>(RowTerms<V, T> terms, in RowBlock<T> block, T* e, double spread, ulong repairs, ulong reduced, ulong apart)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        int classCount = block.ClassCount, threads = block.Threads;
        for (int r = 0; r < block.Rows; r++)
        {
            if (((apart >> r) & 1) != 0) continue;
            T* row = Row(block.Logits, r, classCount);
            T* g = Row(block.Gradient, r, classCount);
            bool isRepaired = ((repairs >> r) & 1) != 0;
            bool isReduced = ((reduced >> r) & 1) != 0;
            double weight = block.Weights == null ? 1 : double.CreateTruncating(block.Weights[r]);
            RowScale scale = new(double.CreateTruncating(terms.Factor[r]), spread == 0 ? 0 : -spread * weight * block.Scale);
            if (isRepaired) ScaleExp<V, T>.Recompute(row, g, classCount, terms.Shift(r), scale, isReduced, threads);
            else if (e != null) ScaleExp<V, T>.Reload(Row(e, r, classCount), g, classCount, scale, isReduced, threads);
            else ScaleExp<V, T>.Recompute(row, g, classCount, default, scale, isReduced, threads);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Row(T* matrix, int row, int columns) => matrix + ((long)row * columns);
}
