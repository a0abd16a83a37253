using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The pinball loss: tau e for e = t - y &gt;= 0, (tau - 1) e below; its mean is least where a share tau of the targets lies
/// below the prediction (Koenker and Bassett 1978). Derivative: -tau where y &lt; t, 1 - tau where y &gt; t, 0 where they are equal.
/// </summary>
/// <remarks>Within 2 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite (with tau 0 or 1, NaN on the free side).</remarks>
public readonly struct Quantile<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _tau;

    /// <param name="tau">The quantile, 0 to 1: 0.5 for the median (half the absolute error).</param>
    /// <exception cref="ArgumentOutOfRangeException">tau is not 0 to 1.</exception>
    public Quantile(T tau)
    {
        Guard.Between(tau, 0, 1);
        _tau = tau;
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = target - prediction;
        return error * Lanes.Select(
            Vector512.LessThan(error, Vector512<T>.Zero), Vector512.Create(_tau - T.One), Vector512.Create(_tau));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = target - prediction;
        Vector512<T> slope = Lanes.Select(
            Vector512.LessThan(error, Vector512<T>.Zero), Vector512.Create(T.One - _tau), Vector512.Create(-_tau));

        // Of 0 and NaN the error itself is the slope.
        return Lanes.Select(Vector512.GreaterThan(Vector512.Abs(error), Vector512<T>.Zero), slope, error);
    }
}
