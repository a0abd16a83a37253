using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>Discounted cumulative gains of rows, each over the row's best.</summary>
internal static class GainRows
{
    private const double Ln2 = 0.69314718055994530942;

    /// <summary>Of rows whose relevance is checked; those without any do not count.</summary>
    public static NdcgTally Run<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> relevance, int columns, int places, bool isExponential)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] keys = ArrayPool<T>.Shared.Rent(columns), values = ArrayPool<T>.Shared.Rent(columns);
        double[] gains = ArrayPool<double>.Shared.Rent(columns), discounts = ArrayPool<double>.Shared.Rent(columns);
        for (int i = 0; i < columns; i++) discounts[i] = i < places ? Ln2 / ScalarMath.Log(i + 2.0) : 0;
        NdcgTally tally = default;
        foreach ((int at, _) in new Blocks(scores.Length, columns))
        {
            T largest = TensorPrimitives.Max(relevance.Slice(at, columns));
            if (largest == T.Zero) continue;

            // Gains as shares of a power of two near the largest: their sum may leave the type's range.
            int shift = isExponential ? 0 : Math.ILogB(double.CreateTruncating(largest));
            relevance.Slice(at, columns).CopyTo(values);
            scores.Slice(at, columns).CopyTo(keys);
            Span<T> sorted = values.AsSpan(0, columns);
            keys.AsSpan(0, columns).Sort(sorted);
            Gains(sorted, gains, isExponential, shift);
            double gained = T.IsNaN(keys[0]) ? 0 : Discounted(keys.AsSpan(0, columns), gains.AsSpan(0, columns), discounts);
            sorted.Sort();
            Gains(sorted, gains, isExponential, shift);
            tally += NdcgTally.Of(gained / Discounted(sorted, gains.AsSpan(0, columns), discounts));
        }

        ArrayPool<T>.Shared.Return(keys);
        ArrayPool<T>.Shared.Return(values);
        ArrayPool<double>.Shared.Return(gains);
        ArrayPool<double>.Shared.Return(discounts);
        return tally;
    }

    private static void Gains<T>(ReadOnlySpan<T> relevance, Span<double> gains, bool isExponential, int shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < relevance.Length; i++)
        {
            double r = double.CreateTruncating(relevance[i]);
            gains[i] = isExponential ? ScalarMath.ExpM1(r * Ln2) : Math.ScaleB(r, -shift);
        }
    }

    /// <summary>From the last, largest key on; equal keys share the mean of their discounts, so their order does not matter.</summary>
    private static double Discounted<T>(ReadOnlySpan<T> keys, ReadOnlySpan<double> gains, ReadOnlySpan<double> discounts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = 0;
        for (int end = keys.Length; end > 0;)
        {
            int start = end - 1;
            while (start > 0 && keys[start - 1] == keys[start]) start--;
            ExactSum gain = default;
            double discount = 0;
            for (int i = start; i < end; i++)
            {
                gain.Add(gains[i]);
                discount += discounts[keys.Length - 1 - i];
            }

            total += gain.ToDouble() * (discount / (end - start));
            end = start;
        }

        return total;
    }
}
