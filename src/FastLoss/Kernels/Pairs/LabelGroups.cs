using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>What rows and columns of a matrix of similarities have to do with each other, as the row engine takes it.</summary>
internal static class LabelGroups
{
    /// <summary>Each row's own column, as its label.</summary>
    public static void Own(Span<int> columns)
    {
        for (int i = 0; i < columns.Length; i++) columns[i] = i;
    }

    /// <summary>
    /// Labels as numbers that T holds exactly, whatever they are: the first row with the same. <paramref name="others"/> receives how many
    /// other rows have it; <paramref name="anchors"/> each row's own column, -1 where there is none.
    /// </summary>
    public static void Number<T>(ReadOnlySpan<int> labels, Span<T> groups, Span<int> others, Span<int> anchors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        others.Clear();
        for (int i = 0; i < labels.Length; i++)
        {
            int first = anchors[i] = labels.IndexOf(labels[i]);
            groups[i] = T.CreateTruncating(first);
            others[first]++;
        }

        // A group's first row comes before its others: last to first, its count is read before it is replaced by itself less one.
        for (int i = labels.Length - 1; i >= 0; i--)
        {
            others[i] = others[anchors[i]] - 1;
            anchors[i] = others[i] > 0 ? i : -1;
        }
    }

    /// <summary>The entries that do not count, by weight or mask, in ascending order; returns how many there are.</summary>
    public static int Uncounted<T>(ReadOnlySpan<T> weights, ReadOnlySpan<bool> mask, Span<int> entries)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            if ((!weights.IsEmpty && weights[i] == T.Zero) || (!mask.IsEmpty && !mask[i])) entries[count++] = i;
        }

        return count;
    }

    /// <summary>What the rows weigh that count and have a label of 0 or more.</summary>
    public static double Weight<T>(ReadOnlySpan<T> weights, ReadOnlySpan<bool> mask, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ExactSum sum = default;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0 && (mask.IsEmpty || mask[i])) sum.Add(weights.IsEmpty ? 1 : double.CreateTruncating(weights[i]));
        }

        return sum.ToDouble();
    }
}
