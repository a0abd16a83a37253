using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>Which rows count: weights, a mask and rows without an open class as one weight a row, 0 for what is skipped.</summary>
internal static class CountedRows
{
    /// <summary>The weight of each row; <paramref name="weights"/> and <paramref name="mask"/> may be empty.</summary>
    public static void Weigh<T>(
        ReadOnlySpan<T> weights, ReadOnlySpan<bool> mask, ReadOnlySpan<T> logits, bool skipsMasked, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classCount = destination.IsEmpty ? 0 : logits.Length / destination.Length;
        for (int r = 0; r < destination.Length; r++)
        {
            bool isOut = (!mask.IsEmpty && !mask[r])
                || (skipsMasked && logits.Slice(r * classCount, classCount).IndexOfAnyExcept(T.NegativeInfinity) < 0);
            destination[r] = isOut ? T.Zero : weights.IsEmpty ? T.One : weights[r];
        }
    }

    /// <summary>The positives of the rows that count, and -1 for the others; how many there are.</summary>
    public static int Positives(ReadOnlySpan<int> positives, ReadOnlySpan<bool> mask, Span<int> destination)
    {
        int count = 0;
        for (int r = 0; r < positives.Length; r++)
        {
            destination[r] = mask.IsEmpty || mask[r] ? positives[r] : -1;
            if (destination[r] >= 0) count++;
        }

        return count;
    }

    /// <summary>sum += addend.</summary>
    public static void Add<T>(ReadOnlySpan<T> addend, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Add(sum, addend, sum);
}
