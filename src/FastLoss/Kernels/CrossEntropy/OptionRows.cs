using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Softmax cross-entropy of rows with any option; the plain loss is <see cref="CrossEntropyRows"/>'.</summary>
internal static unsafe partial class OptionRows
{
    /// <summary>Logits capped or divided are kept on the stack up to this many, else in a pooled array.</summary>
    private const int LocalLength = 4096;

    /// <summary>Rows whose losses are added together; see <see cref="CrossEntropyRows"/>.</summary>
    private const int Group = SmallRows.BlockRows;

    /// <summary>The rows that count, and what they weigh; no logit is read.</summary>
    [SkipLocalsInit]
    public static (ExactSum Weight, long Count) Weigh<T, TLabel>(
        ReadOnlySpan<TLabel> labels, int rows, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (options.RowWeights.IsEmpty && options.ClassWeights.IsEmpty && options.IgnoreLabel == null) return (ExactSum.OfOnes(rows), rows);
        T* rowWeights = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        T* classWeights = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        int* classes = Scratch.Take(stackalloc int[Scratch.Room<int>(Group)]);
        ExactSum weight = default;
        long count = 0;
        foreach ((int start, int n) in new Blocks(rows, Group))
        {
            Prepare(labels, start, n, options, rowWeights, classWeights, classes);
            count += n - BitOperations.PopCount(RowOptions<T>.Skipped(rowWeights, n));
            if (labels.IsEmpty || options.ClassWeights.IsEmpty)
            {
                weight.Add(new ReadOnlySpan<T>(rowWeights, n));
                continue;
            }

            // Products in double: those of floats may leave the range of float.
            for (int r = 0; r < n; r++) weight.Add(double.CreateTruncating(rowWeights[r]) * double.CreateTruncating(classWeights[r]));
        }

        Scratch.Check(rowWeights, Group);
        Scratch.Check(classWeights, Group);
        Scratch.Check(classes, Group);
        return (weight, count);
    }

    /// <summary>Whether the row is ignored or of weight 0.</summary>
    public static bool IsSkipped<T, TLabel>(ReadOnlySpan<TLabel> labels, int r, CrossEntropyOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        (!options.RowWeights.IsEmpty && options.RowWeights[r] == T.Zero)
        || (!labels.IsEmpty && options.IgnoreLabel is Int128 ignored && Labels.Is(labels[r], ignored));

    /// <summary>
    /// What the rows from <paramref name="start"/> weigh, 0 for a skipped one, and their labels' classes (0 for a skipped one, whose
    /// label may be anything) with their weights.
    /// </summary>
    private static void Prepare<T, TLabel>(
        ReadOnlySpan<TLabel> labels, int start, int rows, CrossEntropyOptions<T> options, T* rowWeights, T* classWeights, int* classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Span<T> weights = new(rowWeights, rows);
        if (options.RowWeights.IsEmpty) weights.Fill(T.One);
        else options.RowWeights.Slice(start, rows).CopyTo(weights);
        if (labels.IsEmpty) return;
        Span<int> indices = new(classes, rows);
        labels = labels.Slice(start, rows);
        Labels.Truncate(labels, indices);
        if (options.IgnoreLabel is Int128 ignored)
        {
            for (ulong bits = Labels.Equal(labels, ignored); bits != 0; bits &= bits - 1)
            {
                weights[BitOperations.TrailingZeroCount(bits)] = T.Zero;
            }
        }

        if (options.IgnoreLabel != null || !options.RowWeights.IsEmpty)
        {
            for (ulong bits = RowOptions<T>.Skipped(rowWeights, rows); bits != 0; bits &= bits - 1)
            {
                indices[BitOperations.TrailingZeroCount(bits)] = 0;
            }
        }

        if (!options.ClassWeights.IsEmpty)
        {
            fixed (T* w = options.ClassWeights) SmallRows.Pick(w, 0, rows, classes, classWeights);
        }
    }

    /// <summary>The sum of the rows' losses, z-loss included, and of z-loss alone; spans may be empty where nothing is wanted.</summary>
    public static (ExactSum Sum, ExactSum ZSum) Run<T, TLabel>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        ReadOnlySpan<T> targets,
        CrossEntropyOptions<T> options,
        double scale,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        OptionScalars scalars = new(
            options.LabelSmoothing, 1 / (options.Temperature ?? 1), options.LogitSoftcap ?? 0, options.ZLoss, options.FocalGamma);
        bool isPlain = !labels.IsEmpty && scalars == new OptionScalars(0, 1, 0, 0, 0)
            && options.RowWeights.IsEmpty && options.ClassWeights.IsEmpty && options.IgnoreLabel == null;
        if (isPlain) return (Plain(logits, classCount, labels, scale, gradient, losses), default(ExactSum));
        if (!gradient.IsEmpty && RowPowers.IsLarge(scale))
        {
            scale = RowPowers.Split(scale, out double power);
            (ExactSum, ExactSum) total = Run(logits, classCount, labels, targets, options, scale, gradient, losses);
            RowPowers.Multiply(gradient, power);
            return total;
        }

        bool isSoft = !targets.IsEmpty || scalars.IsSmoothed;
        if (isSoft && classCount <= SmallRows.MaxClasses<T>() && scalars.Gamma == 0)
        {
            return SmallSoftened(logits, classCount, labels, targets, options, scalars, scale, gradient, losses);
        }

        int kept = scalars.IsIdentity ? 0 : classCount;
        T[]? rented = kept > LocalLength ? ArrayPool<T>.Shared.Rent(kept) : null;
        (ExactSum, ExactSum) sums = isSoft
            ? Softened(logits, classCount, labels, targets, options, scalars, scale, gradient, losses, rented)
            : gradient.IsEmpty
                ? Labelled<T, TLabel, No>(logits, classCount, labels, options, scalars, scale, gradient, losses, rented)
                : Labelled<T, TLabel, Yes>(logits, classCount, labels, options, scalars, scale, gradient, losses, rented);
        if (rented != null) ArrayPool<T>.Shared.Return(rented);
        return sums;
    }

    /// <summary>Without any option, and so with the bits of the plain loss, whatever type the labels have.</summary>
    private static ExactSum Plain<T, TLabel>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<TLabel> labels, double scale, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (typeof(TLabel) == typeof(int))
        {
            ReadOnlySpan<int> classes = MemoryMarshal.Cast<TLabel, int>(labels);
            return gradient.IsEmpty
                ? CrossEntropyRows.Run<T, No>(logits, classCount, classes, gradient, scale, losses)
                : CrossEntropyRows.Run<T, Yes>(logits, classCount, classes, gradient, scale, losses);
        }

        Span<int> group = stackalloc int[Group];
        ExactSum sum = default;
        foreach ((int start, int n) in new Blocks(labels.Length, Group))
        {
            Labels.Truncate(labels.Slice(start, n), group[..n]);
            int at = start * classCount, length = n * classCount;
            sum.Add(Plain<T, int>(
                logits.Slice(at, length),
                classCount,
                group[..n],
                scale,
                gradient.IsEmpty ? default : gradient.Slice(at, length),
                losses.IsEmpty ? default : losses.Slice(start, n)));
        }

        return sum;
    }

    /// <summary>
    /// Rows whose label alone is in the loss: the plain loss's blocks, whose terms the options then change. Logits capped or divided
    /// are a copy of the block's.
    /// </summary>
    [SkipLocalsInit]
    private static (ExactSum Sum, ExactSum ZSum) Labelled<T, TLabel, TGradient>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        OptionScalars scalars,
        double scale,
        Span<T> gradient,
        Span<T> losses,
        T[]? rented)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TGradient : struct, IFlag
    {
        T* rowWeights = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        T* classWeights = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        T* zTerms = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        T* values = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        int* classes = Scratch.Take(stackalloc int[Scratch.Room<int>(Group)]);
        T* local = Scratch.Take(stackalloc T[Scratch.Room<T>(scalars.IsIdentity || rented != null ? 1 : LocalLength)]);
        bool isSmall = classCount <= SmallRows.MaxClasses<T>();
        T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(TGradient.Value && isSmall ? classCount * Vector512<T>.Count : 1)]);
        if (TGradient.Value && isSmall) SmallRows.FillRowTable(rowTable, classCount, labels.Length);
        RowOptions<T> rowOptions = new(
            rowWeights, options.ClassWeights.IsEmpty ? null : classWeights, zTerms, scalars.ZLoss, scalars.Gamma);
        new Span<T>(zTerms, Group).Clear();
        ExactSum sum = default, zSum = default;
        fixed (T* x = logits)
        fixed (T* g = gradient)
        fixed (T* pooled = rented)
        {
            T* z = rented != null ? pooled : local;
            int blockRows = CrossEntropyRows.BlockRows<T, TGradient>(classCount, x == g);
            if (!scalars.IsIdentity) blockRows = Math.Clamp(LocalLength / classCount, 1, blockRows);
            foreach ((int start, int n) in new Blocks(labels.Length, Group))
            {
                Prepare(labels, start, n, options, rowWeights, classWeights, classes);
                foreach ((int r, int rows) in new Blocks(n, blockRows))
                {
                    long at = (long)(start + r) * classCount;
                    RowOptions<T> blockOptions = rowOptions.From(r);
                    if (scalars.IsIdentity)
                    {
                        CrossEntropyRows.Block<T, TGradient, Yes>(
                            x + at, classCount, rows, classes + r, g + at, scale, values + r, rowTable, 0, blockOptions);
                        continue;
                    }

                    nint count = (nint)rows * classCount;
                    OptionTransform<T> transform = new(scalars);
                    Map.Run(x + at, z, count, transform);
                    bool isScaled = scalars.Softcap == 0; // then the derivative by the logits is a factor, and no pass of its own
                    CrossEntropyRows.Block<T, TGradient, Yes>(
                        z,
                        classCount,
                        rows,
                        classes + r,
                        isScaled ? g + at : z,
                        isScaled ? scale * scalars.InverseTemperature : scale,
                        values + r,
                        rowTable,
                        0,
                        blockOptions);
                    if (!TGradient.Value || isScaled) continue;
                    Elementwise.Chunk(z, x + at, null, g + at, count, transform);
                    CrossEntropyRows.Clear(g + at, classCount, blockOptions.Skipped(rows)); // 0 times a NaN's derivative
                }

                sum.Add(new ReadOnlySpan<T>(values, n));
                if (scalars.ZLoss != 0) zSum.Add(new ReadOnlySpan<T>(zTerms, n));
                if (!losses.IsEmpty) new ReadOnlySpan<T>(values, n).CopyTo(losses.Slice(start, n));
            }
        }

        Scratch.Check(rowWeights, Group);
        Scratch.Check(classWeights, Group);
        Scratch.Check(zTerms, Group);
        Scratch.Check(values, Group);
        Scratch.Check(classes, Group);
        Scratch.Check(local, scalars.IsIdentity || rented != null ? 1 : LocalLength);
        Scratch.Check(rowTable, TGradient.Value && isSmall ? classCount * Vector512<T>.Count : 1);
        return (sum, zSum);
    }

    /// <summary>Rows with every class in the loss, by soft targets or smoothing, one row after the other.</summary>
    [SkipLocalsInit]
    private static (ExactSum Sum, ExactSum ZSum) Softened<T, TLabel>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        ReadOnlySpan<T> targets,
        CrossEntropyOptions<T> options,
        OptionScalars scalars,
        double scale,
        Span<T> gradient,
        Span<T> losses,
        T[]? rented)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        T* local = Scratch.Take(stackalloc T[Scratch.Room<T>(scalars.IsIdentity || rented != null ? 1 : LocalLength)]);
        ExactSum sum = default, zSum = default;
        fixed (T* x = logits)
        fixed (T* t = targets)
        fixed (T* w = options.ClassWeights)
        fixed (T* g = gradient)
        fixed (T* pooled = rented)
        {
            for (int r = 0; r < logits.Length / classCount; r++)
            {
                long at = (long)r * classCount;
                if (IsSkipped(labels, r, options))
                {
                    if (!losses.IsEmpty) losses[r] = T.Zero;
                    if (g != null) new Span<T>(g + at, classCount).Clear();
                    continue;
                }

                int label = labels.IsEmpty ? -1 : int.CreateTruncating(labels[r]);
                T* z = scalars.IsIdentity ? x + at : rented != null ? pooled : local;
                OptionRow<T> row = new(x + at, z, classCount, t == null ? null : t + at, w, scalars);
                double weight = RowWeight(options, r);
                double value = row.Value(label, g != null) * weight, zValue = row.ZTerm * weight;
                sum.Add(value + zValue);
                zSum.Add(zValue);
                if (!losses.IsEmpty) losses[r] = T.CreateTruncating(value + zValue);
                if (g != null) row.Gradient(label, g + at, scale * weight);
            }
        }

        Scratch.Check(local, scalars.IsIdentity || rented != null ? 1 : LocalLength);
        return (sum, zSum);
    }

    private static double RowWeight<T>(CrossEntropyOptions<T> options, int r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        options.RowWeights.IsEmpty ? 1 : double.CreateTruncating(options.RowWeights[r]);
}
