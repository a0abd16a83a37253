using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Rows of many classes with every class in the loss: row by row, each pass while the row is in the cache.</summary>
internal static unsafe class ClassLongRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest of each row and where it is, the exponentials where they are wanted, and the sums of the others.</summary>
    public readonly struct Exponentials(ClassWork<T> work, bool areKept) : IKernel<T, int>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            int n = work.Block.ClassCount;
            for (nint r = 0; r < work.Block.Rows; r++)
            {
                T* z = work.Block.Logits + (r * n);
                T max = new RowMax<T>(z, n).Run<V>();
                nint largest = Math.Max(0, ArgMax<V, T>.IndexOf(z, n, max));
                double others = areKept
                    ? ExpSum<V, T>.Others<Yes>(z, work.Exponentials + (r * work.Pitch), n, max, largest, out double top)
                    : ExpSum<V, T>.Others<No>(z, null, n, max, largest, out top);
                rows.Max[r] = max;
                rows.Largest[r] = T.CreateTruncating(largest);
                rows.Target[r] = T.CreateTruncating(top);
                rows.Others[r] = T.CreateTruncating(others * top);
            }

            return 0;
        }
    }

    /// <summary>The sums of losses and slopes of each row; the slopes are kept where a gradient follows and cannot make them again.</summary>
    public readonly struct Classes<TFocal>(ClassWork<T> work) : IKernel<T, int>
        where TFocal : struct, IFocal
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            double* sums = Scratch.Take(stackalloc double[Scratch.Room<double>(ClassRowSums.BufferLength)]);
            ClassLongRows<V, T>.Classes<TFocal>(work, sums);
            Scratch.Check(sums, ClassRowSums.BufferLength);
            return 0;
        }
    }

    /// <summary>The gradients of the rows.</summary>
    public readonly struct Gradients<TFocal>(ClassWork<T> work) : IKernel<T, int>
        where TFocal : struct, IFocal
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassLongRows<V, T>.Gradients<TFocal>(work);
            return 0;
        }
    }
}

/// <summary>The same on one register.</summary>
internal static unsafe class ClassLongRows<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Classes<TFocal>(in ClassWork<T> work, double* sums)
        where TFocal : struct, IFocal
    {
        RowBlock<T> block = work.Block;
        bool isEven = TFocal.IsNone && block.Targets == null && block.ClassWeights == null;
        if (!TFocal.IsNone && block.Targets == null) new Span<T>(NoTargets(work), block.ClassCount).Clear();
        if (!TFocal.IsNone && block.ClassWeights == null) new Span<T>(Ones(work), block.ClassCount).Fill(T.One);
        for (nint r = 0; r < block.Rows; r++)
        {
            T* z = block.Logits + (r * block.ClassCount);
            int label = block.Labels == null ? -1 : block.Labels[r];
            bool isDone = isEven
                ? EvenRow(work, r, z, label, sums)
                : TFocal.IsNone && Row<No>(work, r, z, label, work.Options.Smoothing / block.ClassCount, sums);
            if (isDone) continue;
            double spread = work.Options.Smoothing;
            if (spread != 0) spread /= block.ClassCount - Labels.CountEqual(z, block.ClassCount, T.NegativeInfinity);
            if (TFocal.IsNone) Row<Yes>(work, r, z, label, spread, sums);
            else FocalRow<TFocal>(work, r, z, label, spread);
        }
    }

    private static T* Ones(in ClassWork<T> work) => work.Slopes + (work.Block.Rows * work.Pitch);

    private static T* NoTargets(in ClassWork<T> work) => Ones(work) + work.Pitch;

    /// <summary>What a class counts by target and smoothing.</summary>
    private static double Count(in ClassWork<T> work, nint r, nint c, double spread)
    {
        RowBlock<T> block = work.Block;
        double target = block.Targets == null ? 0 : double.CreateTruncating(block.Targets[(r * block.ClassCount) + c]);
        double weight = block.ClassWeights == null ? 1 : double.CreateTruncating(block.ClassWeights[c]);
        return (spread + ((1 - work.Options.Smoothing) * target)) * weight;
    }

    /// <summary>A row as if it had no masks; false for one that has, or a NaN: its sum is not finite, and nothing was kept of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Row<TMasked>(in ClassWork<T> work, nint r, T* z, int label, double spread, double* sums)
        where TMasked : struct, IFlag
    {
        ClassRowTerms<T> rows = work.Rows;
        T* targets = work.Block.Targets, weights = work.Block.ClassWeights;
        int n = work.Block.ClassCount;
        nint largest = nint.CreateTruncating(rows.Largest[r]);
        double kept = 1 - work.Options.Smoothing;
        ClassRow<T> row = new()
        {
            Logits = z,
            Targets = targets == null ? null : targets + (r * n),
            Weights = weights,
            Results = work.Slopes + (r * work.Pitch),
            Count = n,
            Skipped = largest,
            Reference = rows.Max[r],
            Spread = spread,
            Kept = kept,
        };
        if (targets == null && weights == null) ClassRowSums<V, T, LongRowTerms.Counts<No, No, TMasked>>.Run(&row, sums);
        else if (weights == null) ClassRowSums<V, T, LongRowTerms.Counts<Yes, No, TMasked>>.Run(&row, sums);
        else if (targets == null) ClassRowSums<V, T, LongRowTerms.Counts<No, Yes, TMasked>>.Run(&row, sums);
        else ClassRowSums<V, T, LongRowTerms.Counts<Yes, Yes, TMasked>>.Run(&row, sums);
        if (!TMasked.Value && !double.IsFinite(row.First)) return false;
        double count = Count(work, r, largest, spread);
        if (label >= 0)
        {
            double atLabel = AtLabel(work, label);
            double distance = double.CreateTruncating(rows.Max[r]) - double.CreateTruncating(z[label]);
            if (atLabel != 0) row.First += atLabel * distance;
            if (label == largest) count += atLabel;
            else row.Second -= atLabel;
            if (TMasked.Value) row.Results[label] -= T.CreateTruncating(atLabel);
        }

        rows.Spread[r] = TMasked.Value ? T.NaN : T.CreateTruncating(spread);
        rows.Value[r] = T.CreateTruncating(row.First);
        rows.OtherSlopes[r] = T.CreateTruncating(row.Second);
        rows.LargestSlope[r] = T.CreateTruncating(-count);
        return true;
    }

    /// <summary>What the label of a smoothed row adds to its class.</summary>
    private static double AtLabel(in ClassWork<T> work, int label) =>
        (1 - work.Options.Smoothing) * (work.Block.ClassWeights == null ? 1 : double.CreateTruncating(work.Block.ClassWeights[label]));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FocalRow<TFocal>(in ClassWork<T> work, nint r, T* z, int label, double spread)
        where TFocal : struct, IFocal
    {
        ClassRowTerms<T> rows = work.Rows;
        RowBlock<T> block = work.Block;
        int n = block.ClassCount;
        nint largest = nint.CreateTruncating(rows.Largest[r]);
        double kept = 1 - work.Options.Smoothing, count = Count(work, r, largest, spread);
        if (label == largest) count += kept * (block.ClassWeights == null ? 1 : double.CreateTruncating(block.ClassWeights[label]));
        if (label >= 0) NoTargets(work)[label] = T.One;
        ElementArrays<T> arrays = new()
        {
            First = z,
            Second = block.Targets == null ? NoTargets(work) : block.Targets + (r * n),
            Third = work.Exponentials + (r * work.Pitch),
            Weights = block.ClassWeights == null ? Ones(work) : block.ClassWeights,
            Results = work.Slopes + (r * work.Pitch),
        };
        double max = double.CreateTruncating(rows.Max[r]);
        double logSum = double.CreateTruncating(rows.LogSum[r]), inverse = double.CreateTruncating(rows.Inverse[r]);
        double value = Others(arrays, n, largest, new ClassOperators.Focal<TFocal>(max, logSum, inverse, spread, kept, work.Options.Gamma));
        arrays.First = arrays.Results;
        rows.Value[r] = T.CreateTruncating(value);
        rows.OtherSlopes[r] = T.CreateTruncating(Others(arrays, n, largest, default(SumOperators.Elements)));
        rows.LargestSlope[r] = T.CreateTruncating(-count);
        if (label >= 0) NoTargets(work)[label] = T.Zero;
    }

    /// <summary>
    /// Every class counts alike, and the label more: then the row's distances suffice. False for a row with masks, whose distance is
    /// infinite, and for one of NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool EvenRow(in ClassWork<T> work, nint r, T* z, int label, double* sums)
    {
        ClassRowTerms<T> rows = work.Rows;
        int n = work.Block.ClassCount;
        double max = double.CreateTruncating(rows.Max[r]);
        double distances = Distances(z, n, max, sums);
        if (!double.IsFinite(distances)) return false;
        double spread = work.Options.Smoothing / n, kept = 1 - work.Options.Smoothing;
        rows.Spread[r] = T.CreateTruncating(spread);
        bool isLargest = label == nint.CreateTruncating(rows.Largest[r]);
        rows.Value[r] = T.CreateTruncating((spread * distances) + (isLargest ? 0 : kept * (max - double.CreateTruncating(z[label]))));
        rows.OtherSlopes[r] = T.CreateTruncating((-spread * (n - 1)) - (isLargest ? 0 : kept));
        rows.LargestSlope[r] = T.CreateTruncating(-spread - (isLargest ? kept : 0));
        return true;
    }

    /// <summary>The sum of reference - z; the buffer is <see cref="ClassRowSums.BufferLength"/> long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Distances(T* z, nint n, double reference, double* sums)
    {
        ClassRow<T> row = new() { Logits = z, Count = n, Skipped = -1, Reference = T.CreateTruncating(reference) };
        ClassRowSums<V, T, LongRowTerms.Distances>.Run(&row, sums);
        return row.First;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradients<TFocal>(in ClassWork<T> work)
        where TFocal : struct, IFocal
    {
        ClassRowTerms<T> rows = work.Rows;
        RowBlock<T> block = work.Block;
        int n = block.ClassCount;
        double smallest = RowPowers.SmallestNormal<T>();
        for (nint r = 0; r < block.Rows; r++)
        {
            double factor = double.CreateTruncating(rows.Factor[r]);
            ClassRowGradient<T> gradient = new()
            {
                Exponentials = work.Exponentials + (r * work.Pitch),
                Gradient = block.Gradient + (r * n),
                Count = n,
                Factor = rows.Factor[r],
                Rest = rows.FactorRest[r],
                Scale = rows.RowScale[r],
                Least = T.CreateTruncating(smallest * Math.Max(1.5, 1 / Math.Abs(factor))),
            };
            if (!TFocal.IsNone || T.IsNaN(rows.Spread[r]))
            {
                gradient.Slopes = work.Slopes + (r * work.Pitch);
                ClassRowGradient<T>.Run<V>(&gradient);
            }
            else
            {
                WithoutSlopes(work, r, &gradient);
            }

            gradient.Gradient[nint.CreateTruncating(rows.Largest[r])] = RowPowers.Normal<T>(double.CreateTruncating(rows.LargestGradient[r]));
        }
    }

    /// <summary>The gradient of a row without masks: its slopes follow from targets and class weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WithoutSlopes(in ClassWork<T> work, nint r, ClassRowGradient<T>* gradient)
    {
        RowBlock<T> block = work.Block;
        double scale = double.CreateTruncating(gradient->Scale), spread = double.CreateTruncating(work.Rows.Spread[r]);
        gradient->Targets = block.Targets == null ? null : block.Targets + (r * block.ClassCount);
        gradient->Weights = block.ClassWeights;
        (gradient->Spread, gradient->Kept) = (spread, 1 - work.Options.Smoothing);
        T atLabel = T.Zero;
        if (block.Labels != null)
        {
            // Before the gradient is written, which may be where the exponentials are.
            int label = block.Labels[r];
            double probability = double.CreateTruncating(gradient->Exponentials[label]) * double.CreateTruncating(gradient->Factor);
            double slope = AtLabel(work, label) + (spread * (block.ClassWeights == null ? 1 : double.CreateTruncating(block.ClassWeights[label])));
            atLabel = T.CreateTruncating((probability * double.CreateTruncating(gradient->Rest)) - (slope * scale));
        }

        if (block.Targets == null && block.ClassWeights == null) gradient->Scale = T.CreateTruncating(-spread * scale);
        ClassRowGradient<T>.Run<V>(gradient);
        if (block.Labels != null) gradient->Gradient[block.Labels[r]] = atLabel;
    }

    /// <summary>The sum over all classes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double All<TOperator>(in ElementArrays<T> arrays, nint n, TOperator operation)
        where TOperator : struct, IElementOperator
    {
        double sum = 0;
        for (nint i = 0; i < n; i += ElementLoop.ChunkLength)
        {
            sum += ElementLoop.Run(arrays.From(i), Math.Min(ElementLoop.ChunkLength, n - i), operation);
        }

        return sum;
    }

    /// <summary>The sum over the classes before the largest, and those after it.</summary>
    private static double Others<TOperator>(in ElementArrays<T> arrays, nint n, nint largest, TOperator operation)
        where TOperator : struct, IElementOperator =>
        All(arrays, largest, operation) + All(arrays.From(largest + 1), n - largest - 1, operation);
}
