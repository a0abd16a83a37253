using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>Rows whose label is ignored, as weights of 0, for losses that know weights alone.</summary>
internal static class IgnoredRows
{
    /// <summary>The weight of each row, 0 where it is ignored; <paramref name="weights"/> may be empty.</summary>
    public static void Weigh<T, TLabel>(ReadOnlySpan<T> weights, ReadOnlySpan<TLabel> labels, Int128 ignored, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        for (int r = 0; r < destination.Length; r++)
        {
            destination[r] = Labels.Is(labels[r], ignored) ? T.Zero : weights.IsEmpty ? T.One : weights[r];
        }
    }
}
