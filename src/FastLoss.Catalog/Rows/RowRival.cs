using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>The mean of a loss of rows by calls of System.Numerics.Tensors.</summary>
/// <param name="call">Of a plain call, its inputs, columns and labels; as many labels as rows, whether the loss takes them or not.</param>
/// <param name="scratch">As long as a row.</param>
public delegate double RowComposition<T>(RowCall<T> call, Span<T> scratch)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>What composes a loss of rows, of floats and of doubles.</summary>
public sealed record RowRival(RowComposition<float> Float, RowComposition<double> Double)
{
    public RowComposition<T> Bound<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (RowComposition<T>)(object)(typeof(T) == typeof(float) ? Float : Double);
}
