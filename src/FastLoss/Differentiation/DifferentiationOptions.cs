using System.Numerics;

namespace FastLoss;

/// <summary>How to differentiate numerically. The default value is the central difference with an automatic step.</summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly ref struct DifferentiationOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The difference quotient; central when not set.</summary>
    public DifferenceScheme Scheme { get; init; }

    /// <summary>
    /// The step of every coordinate, as the textbook's 1e-4. When not set (0), each coordinate gets
    /// 2^round(log2(c * max(1, |x_i|))), c = eps^(1/3) for central and eps^(1/2) for forward differences.
    /// </summary>
    public T Step { get; init; }
}
