using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>Which rows count: weights, a mask and rows without an open class as one weight a row, 0 for what is skipped.</summary>
internal static class CountedRows
{
    /// <summary>sum += addend.</summary>
    public static void Add<T>(ReadOnlySpan<T> addend, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Add(sum, addend, sum);
}
