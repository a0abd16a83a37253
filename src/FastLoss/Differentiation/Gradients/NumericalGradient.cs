using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The gradient of a function of a vector by finite differences, one coordinate after the other, in the function's own
/// precision. The point is changed in place and always restored bit for bit, also when the function throws (the
/// gradient is then written in part). Allocates nothing. An element is NaN or infinite where the function is so beside
/// the point.
/// </summary>
public static partial class NumericalGradient
{
    /// <summary>
    /// The gradient at <paramref name="x"/>: every partial derivative, by 2n evaluations (n+1 by forward differences).
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <returns>Evaluations and status; error estimates with the adaptive scheme only.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A step is not positive and finite, or too small to change some x_i; an option is out of its range; x is out of
    /// its bounds.
    /// </exception>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> gradient, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        return CoordinateDerivatives.All<T, TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(
            ref function, new(x), x, gradient, [], options);
    }

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, Span{T}, DifferentiationOptions{T})"/>
    /// <example><code>
    /// double[] x = [3, 4], gradient = new double[2];
    /// NumericalGradient.Compute(p => p[0] * p[0] + p[1] * p[1], x, gradient);   // (6, 8)
    /// </code></example>
    public static DifferentiationReport Compute<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, Span<T> gradient, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Compute(ref adapter, x, gradient, options);
    }

    /// <summary>
    /// The gradient and an error estimate for each element. A fixed scheme gives the same gradient as without estimates
    /// and pays for them with the same differences at half the step.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x.</param>
    /// <param name="errors">Receives an estimate of the absolute error of each element; as long as x.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">As without estimates.</exception>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> gradient, Span<T> errors, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.SameLength<T, T>(errors, x);
        Guard.Apart<T, T>(gradient, x);
        Guard.Apart<T, T>(errors, x);
        Guard.Apart<T, T>(errors, gradient);
        return CoordinateDerivatives.All<T, TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(
            ref function, new(x), x, gradient, errors, options);
    }

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, Span{T}, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport Compute<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, Span<T> gradient, Span<T> errors, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Compute(ref adapter, x, gradient, errors, options);
    }

    /// <summary>
    /// The partial derivative df/dx_<paramref name="index"/> at <paramref name="x"/>, by two evaluations.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such coordinate, or an option out of its range.</exception>
    public static T Partial<TFunction, T>(
        ref TFunction function, Span<T> x, int index, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Partial(ref function, x, index, options, withError: false).Value;

    /// <inheritdoc cref="Partial{TFunction, T}(ref TFunction, Span{T}, int, DifferentiationOptions{T})"/>
    public static T Partial<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, int index, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Partial(ref adapter, x, index, options);
    }

    /// <summary>
    /// The partial derivative df/dx_<paramref name="index"/> at <paramref name="x"/> and an estimate of its error.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such coordinate, or an option out of its range.</exception>
    public static DerivativeEstimate<T> EstimatePartial<TFunction, T>(
        ref TFunction function, Span<T> x, int index, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Partial(ref function, x, index, options, withError: true);

    /// <inheritdoc cref="EstimatePartial{TFunction, T}(ref TFunction, Span{T}, int, DifferentiationOptions{T})"/>
    public static DerivativeEstimate<T> EstimatePartial<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, int index, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return EstimatePartial(ref adapter, x, index, options);
    }

    private static DerivativeEstimate<T> Partial<TFunction, T>(
        ref TFunction function, Span<T> x, int index, DifferentiationOptions<T> options, bool withError)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.Index(index, x.Length);
        ValueAtPoint<T> atPoint = default;
        return CoordinateDerivatives.One<T, TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(
            ref function, new(x), x, index, options, withError, ref atPoint);
    }
}
