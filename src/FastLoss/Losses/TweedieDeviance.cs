using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The unit deviance of the Tweedie family, whose variance is y^p: 2 (t^(2-p) / ((1-p)(2-p)) - t y^(1-p) / (1-p) + y^(2-p) / (2-p)).
/// Power 1 is <see cref="PoissonDeviance{T}"/> and 2 <see cref="GammaDeviance{T}"/>, both faster there; between them lie amounts
/// that are often 0, such as rain or claims; 3 is the inverse Gaussian. Derivative 2 (y - t) / y^p.
/// </summary>
/// <remarks>
/// Within 20 + 10 p (|ln y| + |ln t|) ULP, also where y is near t and the terms cancel. For p below 2 a target of 0 leaves
/// 2 y^(2-p) / (2-p), from 2 on it gives +infinity; NaN where y is not positive, t is negative or infinite, or one is NaN.
/// </remarks>
public readonly struct TweedieDeviance<T> : IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _power;

    /// <param name="power">p, 1 to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">power is not 1 to 10.</exception>
    public TweedieDeviance(T power)
    {
        Guard.Between(power, 1, 10);
        _power = power;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Value(Vector512<T> prediction, Vector512<T> target)
    {
        T c = T.One + T.One - _power;
        Vector512<T> y = VectorMath.Log(prediction);
        Vector512<T> t = VectorMath.Log(target);
        Vector512<T> r = (prediction - target) / target;
        Vector512<T> l = Lanes.Select(Vector512.LessThan(Vector512.Abs(r), VectorMath.Of<T>(0.5)), VectorMath.Log1P(r), y - t);
        Vector512<T> size = VectorMath.Exp(t * Vector512.Create(c));
        Vector512<T> grown = VectorMath.Exp(y * Vector512.Create(c));
        Vector512<T> fallen = target * VectorMath.Exp(y * Vector512.Create(c - T.One));
        Vector512<T> half = Part(size, grown, l, c) - Part(size, fallen, l, c - T.One);
        Vector512<T> atZero = c > T.Zero ? grown * Vector512.Create(T.One / c) : Vector512.Create(T.PositiveInfinity);
        half = Lanes.Select(Vector512.Equals(target, Vector512<T>.Zero), atZero, half);
        return InDomain(half + half, prediction, target);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> slope = VectorMath.Of<T>(2) * (prediction - target) * VectorMath.Pow(prediction, Vector512.Create(-_power));
        return InDomain(slope, prediction, target);
    }

    /// <summary>
    /// t^(2-p) (e^(c l) - 1 - c l) / c with l = ln(y / t). The deviance is twice its difference between c = 2 - p and c = 1 - p,
    /// which does not cancel: near y = t both are about t^(2-p) c l^2 / 2. <paramref name="grown"/> is t^(2-p) e^(c l), which in
    /// factors would overflow before the product does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Part(Vector512<T> size, Vector512<T> grown, Vector512<T> l, T c) =>
        Avx512F.IsSupported ? PartInline(size, grown, l, c) : PartCalled(size, grown, l, c);

    /// <summary>Where a vector is two registers the formula is too long for one method; see <see cref="VectorMath"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static Vector512<T> PartCalled(Vector512<T> size, Vector512<T> grown, Vector512<T> l, T c) => PartInline(size, grown, l, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PartInline(Vector512<T> size, Vector512<T> grown, Vector512<T> l, T c)
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> z = l * Vector512.Create(c);
        Vector512<T> far = grown - (size * (one + z));
        Vector512<T> near = size * VectorMath.ExpM1Minus(z);
        T inverse = c == T.Zero ? T.Zero : T.One / c;
        return Lanes.Select(Vector512.LessThanOrEqual(Vector512.Abs(z), one), near, far) * Vector512.Create(inverse);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> InDomain(Vector512<T> value, Vector512<T> prediction, Vector512<T> target)
    {
        Vector512<T> zero = Vector512<T>.Zero;
        Vector512<T> isInside = Vector512.GreaterThan(prediction, zero)
            & Vector512.GreaterThanOrEqual(target, zero)
            & Vector512.LessThan(target, Vector512.Create(T.PositiveInfinity));
        return Lanes.Select(isInside, value, Vector512.Create(T.NaN));
    }
}
