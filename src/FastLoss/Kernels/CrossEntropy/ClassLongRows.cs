using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Rows of many classes with every class in the loss: row by row, each pass while the row is in the cache.</summary>
internal static unsafe class ClassLongRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest of each row and where it is, the exponentials where they are wanted, and the sums of the others.</summary>
    public static void Exponentials(in ClassWork<T> work, bool areKept) => Dispatch.Run<T, ExponentialsOf, int>(new(work, areKept));

    private readonly struct ExponentialsOf(ClassWork<T> work, bool areKept) : IKernel<T, int>
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

    /// <summary>The sums of losses and slopes of each row; the slopes are kept where a gradient follows and they differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Classes<TFocal>(in ClassWork<T> work)
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
            if (isEven && EvenRow(work, r, z, label)) continue;
            double spread = work.Options.Smoothing;
            if (spread != 0) spread /= block.ClassCount - Labels.CountEqual(z, block.ClassCount, T.NegativeInfinity);
            work.Rows.Spread[r] = T.NaN;
            if (TFocal.IsNone) Row(work, r, z, label, spread);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(in ClassWork<T> work, nint r, T* z, int label, double spread)
    {
        ClassRowTerms<T> rows = work.Rows;
        RowBlock<T> block = work.Block;
        nint largest = nint.CreateTruncating(rows.Largest[r]);
        double kept = 1 - work.Options.Smoothing, count = Count(work, r, largest, spread);
        ClassRow<T> row = new()
        {
            Logits = z,
            Targets = block.Targets == null ? null : block.Targets + (r * block.ClassCount),
            Weights = block.ClassWeights,
            Results = work.Slopes + (r * work.Pitch),
            Count = block.ClassCount,
            Skipped = largest,
            Reference = rows.Max[r],
            Spread = spread,
            Kept = kept,
        };
        if (block.Gradient == null) Sums<No>(&row);
        else Sums<Yes>(&row);
        if (label >= 0)
        {
            double atLabel = kept * (block.ClassWeights == null ? 1 : double.CreateTruncating(block.ClassWeights[label]));
            double distance = double.CreateTruncating(rows.Max[r]) - double.CreateTruncating(z[label]);
            if (atLabel != 0) row.First += atLabel * distance;
            if (label == largest) count += atLabel;
            else row.Second -= atLabel;
            if (block.Gradient != null) row.Results[label] -= T.CreateTruncating(atLabel);
        }

        rows.Value[r] = T.CreateTruncating(row.First);
        rows.OtherSlopes[r] = T.CreateTruncating(row.Second);
        rows.LargestSlope[r] = T.CreateTruncating(-count);
    }

    private static void Sums<TWritten>(ClassRow<T>* row)
        where TWritten : struct, IFlag
    {
        if (row->Targets == null && row->Weights == null) Dispatch.Run<T, ClassRowSums<T, LongRowTerms.Counts<No, No, TWritten>>, int>(new(row));
        else if (row->Weights == null) Dispatch.Run<T, ClassRowSums<T, LongRowTerms.Counts<Yes, No, TWritten>>, int>(new(row));
        else if (row->Targets == null) Dispatch.Run<T, ClassRowSums<T, LongRowTerms.Counts<No, Yes, TWritten>>, int>(new(row));
        else Dispatch.Run<T, ClassRowSums<T, LongRowTerms.Counts<Yes, Yes, TWritten>>, int>(new(row));
    }

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
        rows.OtherSlopes[r] = T.CreateTruncating(Others(arrays, n, largest, default(ClassOperators.Sum)));
        rows.LargestSlope[r] = T.CreateTruncating(-count);
        if (label >= 0) NoTargets(work)[label] = T.Zero;
    }

    /// <summary>
    /// Every class counts alike, and the label more: then the row's distances suffice. False for a row with masks, whose distance is
    /// infinite, and for one of NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool EvenRow(in ClassWork<T> work, nint r, T* z, int label)
    {
        ClassRowTerms<T> rows = work.Rows;
        int n = work.Block.ClassCount;
        double max = double.CreateTruncating(rows.Max[r]);
        double distances = Distances(z, n, max);
        if (!double.IsFinite(distances)) return false;
        double spread = work.Options.Smoothing / n, kept = 1 - work.Options.Smoothing;
        rows.Spread[r] = T.CreateTruncating(spread);
        bool isLargest = label == nint.CreateTruncating(rows.Largest[r]);
        rows.Value[r] = T.CreateTruncating((spread * distances) + (isLargest ? 0 : kept * (max - double.CreateTruncating(z[label]))));
        rows.OtherSlopes[r] = T.CreateTruncating((-spread * (n - 1)) - (isLargest ? 0 : kept));
        rows.LargestSlope[r] = T.CreateTruncating(-spread - (isLargest ? kept : 0));
        return true;
    }

    /// <summary>The sum of reference - z.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Distances(T* z, nint n, double reference)
    {
        ClassRow<T> row = new() { Logits = z, Count = n, Skipped = -1, Reference = T.CreateTruncating(reference) };
        Dispatch.Run<T, ClassRowSums<T, LongRowTerms.Distances>, int>(new(&row));
        return row.First;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<TFocal>(in ClassWork<T> work)
        where TFocal : struct, IFocal
    {
        ClassRowTerms<T> rows = work.Rows;
        RowBlock<T> block = work.Block;
        int n = block.ClassCount;
        double smallest = RowPowers.SmallestNormal<T>();
        bool isEven = TFocal.IsNone && block.Targets == null && block.ClassWeights == null;
        for (nint r = 0; r < block.Rows; r++)
        {
            ElementArrays<T> arrays = new()
            {
                First = work.Exponentials + (r * work.Pitch),
                Second = work.Slopes + (r * work.Pitch),
                Results = block.Gradient + (r * n),
            };
            nint largest = nint.CreateTruncating(rows.Largest[r]);
            double factor = double.CreateTruncating(rows.Factor[r]), rest = double.CreateTruncating(rows.FactorRest[r]);
            double scale = double.CreateTruncating(rows.RowScale[r]), least = smallest * Math.Max(1.5, 1 / Math.Abs(factor));
            ClassRowGradient<T> gradient = new()
            {
                Exponentials = arrays.First,
                Slopes = arrays.Second,
                Gradient = arrays.Results,
                Count = n,
                Factor = rows.Factor[r],
                Rest = rows.FactorRest[r],
                Scale = rows.RowScale[r],
                Least = T.CreateTruncating(least),
            };
            if (isEven && !T.IsNaN(rows.Spread[r]))
            {
                int label = block.Labels[r];
                double spread = double.CreateTruncating(rows.Spread[r]), slope = spread + 1 - work.Options.Smoothing;
                T atLabel = T.CreateTruncating((double.CreateTruncating(arrays.First[label]) * factor * rest) - (slope * scale));
                gradient.Scale = T.CreateTruncating(-spread * scale);
                Dispatch.Run<T, ClassRowGradient<T>.Even, int>(new(&gradient));
                arrays.Results[label] = atLabel;
            }
            else
            {
                Dispatch.Run<T, ClassRowGradient<T>.Each, int>(new(&gradient));
            }

            arrays.Results[largest] = RowPowers.Normal<T>(double.CreateTruncating(rows.LargestGradient[r]));
        }
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
