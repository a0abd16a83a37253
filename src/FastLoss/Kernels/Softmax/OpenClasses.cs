using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Which rows of logits have no class that is not masked.</summary>
internal static class OpenClasses
{
    public static int CountMaskedRows<T>(ReadOnlySpan<T> logits, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0;
        foreach ((int start, _) in new Blocks(logits.Length, classCount))
        {
            if (IsMasked(logits.Slice(start, classCount))) count++;
        }

        return count;
    }

    /// <summary>The numbers of the masked rows, as many as <see cref="CountMaskedRows"/> says.</summary>
    public static void FindMaskedRows<T>(ReadOnlySpan<T> logits, int classCount, Span<int> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int found = 0;
        foreach ((int start, _) in new Blocks(logits.Length, classCount))
        {
            if (IsMasked(logits.Slice(start, classCount))) rows[found++] = start / classCount;
        }
    }

    private static bool IsMasked<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        row[0] == T.NegativeInfinity && row.IndexOfAnyExcept(T.NegativeInfinity) < 0;
}
