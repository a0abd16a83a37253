using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>The sum of a loss by calls of System.Numerics.Tensors.</summary>
/// <param name="y">The predictions.</param>
/// <param name="t">The targets.</param>
/// <param name="scratch">Twice as long as they.</param>
public delegate double ElementwiseComposition<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch);

/// <summary>What composes a loss, of floats and of doubles.</summary>
public sealed record ElementwiseRival(ElementwiseComposition<float> Float, ElementwiseComposition<double> Double)
{
    public ElementwiseComposition<T> Bound<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (ElementwiseComposition<T>)(object)(typeof(T) == typeof(float) ? Float : Double);
}
