using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// What a derivative is multiplied by to be the gradient of a mean, 1 over the sum of weights, in two factors: one for the derivative,
/// and a power of two for the weight. It is 1, but where the scale alone would overflow or be subnormal, as of weights that sum to
/// 10^39, while its product with derivative and weight is an ordinary number.
/// </summary>
internal readonly struct GradientScale
{
    private readonly double _derivative, _weight;

    /// <param name="scale">1 over the divisor, finite and not negative.</param>
    public GradientScale(double scale)
    {
        int exponent = scale == 0 ? 0 : Math.ILogB(scale);
        int half = Math.Abs(exponent) > 100 ? exponent / 2 : 0;
        _weight = Math.ScaleB(1, half);
        _derivative = Math.ScaleB(scale, -half);
    }

    /// <summary>No weight counts: there is no mean.</summary>
    public bool IsZero => _derivative == 0;

    /// <summary>The factor for derivatives.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OfDerivative<V>()
        where V : unmanaged, IVector<V> => V.Parameter(_derivative);

    /// <summary>The factor for weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OfWeight<V>()
        where V : unmanaged, IVector<V> => V.Parameter(_weight);

    /// <summary>derivative * weight * scale, 0 where the weight is 0; the derivative alone, which the loop scales, without weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Weigh<V, TWeighs>(V derivative, V weight)
        where V : unmanaged, IVector<V>
        where TWeighs : struct, IFlag =>
        typeof(TWeighs) == typeof(Yes) ? Formulas.Weighted(derivative * OfDerivative<V>(), weight * OfWeight<V>()) : derivative;
}
