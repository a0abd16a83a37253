using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// e^2 / (2 beta) for |e| &lt; beta, |e| - beta / 2 beyond, e = y - t: <see cref="Huber{T}"/> divided by its delta (Girshick
/// 2015). Derivative: e / beta, or the sign of e. With beta 0 it is <see cref="AbsoluteError{T}"/>.
/// </summary>
/// <remarks>Within 4 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.</remarks>
public readonly struct SmoothL1<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _beta;
    private readonly T _inverse;

    /// <summary>With beta 1.</summary>
    public SmoothL1()
        : this(T.One)
    {
    }

    /// <param name="beta">Where squares end, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">beta is negative, or it or its inverse is not finite.</exception>
    public SmoothL1(T beta)
    {
        if (beta != T.Zero) Guard.Invertible(beta);
        _beta = beta;
        _inverse = beta == T.Zero ? T.Zero : T.One / beta;
    }

    static bool IElementwiseLoss<T>.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> beta = Vector512.Create(_beta);
        Vector512<T> half = VectorMath.Of<T>(0.5);
        Vector512<T> error = Vector512.Abs(prediction - target);
        return Lanes.Select(
            Vector512.LessThan(error, beta), error * (error * Vector512.Create(_inverse) * half), error - (beta * half));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> error = prediction - target;
        return Lanes.Select(
            Vector512.LessThan(Vector512.Abs(error), Vector512.Create(_beta)),
            error * Vector512.Create(_inverse),
            Formula.Sign(error));
    }
}
