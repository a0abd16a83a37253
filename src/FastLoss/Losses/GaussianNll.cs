using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of t under a normal distribution of mean y and one given variance v: (ln v + (y - t)^2 / v) / 2.
/// Derivative (y - t) / v. With a variance for each element, and its gradient too: <see cref="GaussianNll"/>.
/// </summary>
/// <remarks>Within 4 ULP of the larger of its two terms, which may cancel. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct GaussianNll<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _precision;
    private readonly T _constant;

    /// <param name="variance">v, positive and finite.</param>
    /// <param name="isFull">Adds ln(2 pi) / 2, which the bare form leaves out.</param>
    /// <exception cref="ArgumentOutOfRangeException">variance is not positive and finite, or its inverse is not.</exception>
    public GaussianNll(T variance, bool isFull = false)
    {
        Guard.Invertible(variance);
        _precision = T.One / variance;
        double constant = ScalarMath.Log(double.CreateTruncating(variance)) / 2;
        _constant = T.CreateTruncating(constant + (isFull ? Formula.HalfLogTwoPi : 0));
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = prediction - target;
        Vector512<T> half = VectorMath.Of<T>(0.5);
        return Lanes.Fma(error * (error * half), Vector512.Create(_precision), Vector512.Create(_constant));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target) =>
        (prediction - target) * Vector512.Create(_precision);
}
