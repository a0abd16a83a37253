using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Rows of few classes with every class in the loss: a block at a time, as <see cref="SmallRows"/> are.</summary>
internal static unsafe partial class OptionRows
{
    [SkipLocalsInit]
    private static (ExactSum Sum, ExactSum ZSum) SmallSoftened<T, TLabel>(
        ReadOnlySpan<T> logits,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        ReadOnlySpan<T> targets,
        CrossEntropyOptions<T> options,
        OptionScalars scalars,
        double scale,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        int blockLength = SmallRows.BufferLength<T>(classCount);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(5 * blockLength)]);
        T* rowTable = Scratch.Take(stackalloc T[Scratch.Room<T>(classCount * Vector512<T>.Count)]);
        T* rowWeights = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        T* zTerms = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        int* classes = Scratch.Take(stackalloc int[Scratch.Room<int>(Group)]);
        T* values = Scratch.Take(stackalloc T[Scratch.Room<T>(Group)]);
        T* flatWeights = buffer + (4 * blockLength);
        SmallRows.FillRowTable(rowTable, classCount, logits.Length / classCount);
        if (!options.ClassWeights.IsEmpty)
        {
            for (int r = 0; r < Group; r++) options.ClassWeights.CopyTo(new Span<T>(flatWeights + (r * classCount), classCount));
        }

        SoftBlock<T> block = new(
            buffer, blockLength, rowTable, classCount, options.ClassWeights.IsEmpty ? null : flatWeights, scalars, scale, gradient.IsEmpty);
        ExactSum sum = default, zSum = default;
        int rows = logits.Length / classCount;
        fixed (T* x = logits)
        fixed (T* t = targets)
        fixed (T* g = gradient)
        {
            foreach ((int start, int n) in new Blocks(rows, Group))
            {
                nint at = (nint)start * classCount;
                Prepare(labels, start, n, options with { ClassWeights = default }, rowWeights, null, classes);
                block.Run(
                    x + at, n, t == null ? null : t + at, labels.IsEmpty ? null : classes, rowWeights, zTerms, values, g == null ? null : g + at);
                sum.Add(new ReadOnlySpan<T>(values, n));
                if (scalars.ZLoss != 0) zSum.Add(new ReadOnlySpan<T>(zTerms, n));
                if (!losses.IsEmpty) new ReadOnlySpan<T>(values, n).CopyTo(losses.Slice(start, n));
            }
        }

        Scratch.Check(buffer, 5 * blockLength);
        Scratch.Check(rowTable, classCount * Vector512<T>.Count);
        Scratch.Check(rowWeights, Group);
        Scratch.Check(zTerms, Group);
        Scratch.Check(classes, Group);
        Scratch.Check(values, Group);
        return (sum, zSum);
    }
}
