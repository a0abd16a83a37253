using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The hinge with its corner rounded over gamma, of a score y against a target t of -1 or 1: with m = 1 - t y it is 0 for
/// m &lt;= 0, m^2 / (2 gamma) up to m = gamma, m - gamma / 2 beyond (Shalev-Shwartz and Zhang 2013; gamma 1 is Rennie's smooth
/// hinge). Derivative -t m / gamma, with m / gamma kept between 0 and 1.
/// </summary>
/// <remarks>Within 4 ULP of max(1, |t y|). NaN where y or t is. A score infinite on the right side gives 0, on the wrong side +infinity.</remarks>
public readonly struct SmoothedHinge<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _gamma;
    private readonly T _inverse;

    /// <summary>With gamma 1.</summary>
    public SmoothedHinge()
        : this(T.One)
    {
    }

    /// <param name="gamma">Over how much of the margin the corner is rounded, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma, or its inverse, is not positive and finite.</exception>
    public SmoothedHinge(T gamma)
    {
        Guard.Invertible(gamma);
        _gamma = gamma;
        _inverse = T.One / gamma;
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> gamma = Vector512.Create(_gamma);
        Vector512<T> half = VectorMath.Of<T>(0.5);
        Vector512<T> margin = Formula.PositivePart(Lanes.Fma(-target, prediction, Vector512<T>.One));
        return Lanes.Select(
            Vector512.LessThan(margin, gamma), margin * (margin * Vector512.Create(_inverse) * half), margin - (gamma * half));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> margin = Formula.PositivePart(Lanes.Fma(-target, prediction, Vector512<T>.One));
        return -target * Lanes.AtMost(Vector512<T>.One, margin * Vector512.Create(_inverse));
    }
}
