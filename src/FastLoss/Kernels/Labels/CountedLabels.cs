using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Labels of rows, and how many times each row counts: weights, a mask and an ignored label made one number a row, 0 for what is left out.</summary>
internal readonly ref struct CountedLabels<TLabel>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    /// <summary>As many rows as are taken at a time.</summary>
    public const int BlockRows = 256;

    public ReadOnlySpan<TLabel> Labels { get; init; }

    /// <summary>Empty for 1.</summary>
    public ReadOnlySpan<long> Weights { get; init; }

    /// <summary>Empty for true.</summary>
    public ReadOnlySpan<bool> Mask { get; init; }

    public Int128? Ignored { get; init; }

    /// <summary>The index of the first label that is no class, of a row that counts; -1 when there is none.</summary>
    public int IndexOutOfRange(int classCount)
    {
        for (int r = 0; r < Labels.Length; r++)
        {
            // As the integer it is: neither a large label nor a negative one may wrap to a class.
            if ((ulong)long.CreateSaturating(Labels[r]) >= (ulong)classCount && Times(r) != 0) return r;
        }

        return -1;
    }

    /// <summary>The classes of some rows, 0 of one that does not count, and how many times each counts.</summary>
    public void Take(int start, Span<int> classes, Span<long> times)
    {
        FastLoss.Kernels.Labels.Truncate(Labels.Slice(start, classes.Length), classes);
        for (int r = 0; r < classes.Length; r++)
        {
            times[r] = Times(start + r);
            if (times[r] == 0) classes[r] = 0;
        }
    }

    /// <summary>How many times the row counts.</summary>
    public long Times(int row)
    {
        bool isLeftOut = (!Mask.IsEmpty && !Mask[row]) || (Ignored is Int128 label && FastLoss.Kernels.Labels.Is(Labels[row], label));
        return isLeftOut ? 0 : Weights.IsEmpty ? 1 : Weights[row];
    }
}
