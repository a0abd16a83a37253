using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The derivative of a function of a vector along a direction, by finite differences of f(x + t v) at t = 0.
/// </summary>
public static class DirectionalDerivative
{
    /// <summary>
    /// grad f(x) . v, by two evaluations however many coordinates there are. The direction is not normalised. Steps of
    /// t move no coordinate further than its own step would; a caller's step is one of t.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; changed during the call, and unchanged bit for bit on return, also when the function throws.</param>
    /// <param name="direction">v, as long as x and not overlapping it. All zeros give 0 without an evaluation.</param>
    /// <param name="options">Scheme, steps, and the scales and bounds of the coordinates.</param>
    /// <returns>The derivative and, since it costs no more than two or three evaluations here, always an error
    /// estimate.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DerivativeEstimate<T> Compute<TFunction, T>(
        ref TFunction function, Span<T> x, ReadOnlySpan<T> direction, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(direction, x);
        Guard.Apart<T, T>(direction, x);
        if (!direction.ContainsAnyExcept(T.Zero)) return new(T.Zero, T.Zero, 0, DifferentiationStatus.Completed);

        using var scratch = new Scratch<T>(x.Length);
        Span<T> origin = scratch.Span;
        x.CopyTo(origin);
        ValueAtPoint<T> atPoint = default;
        try
        {
            return LineDerivative.Estimate(
                ref function, new DirectionLine<T, TFunction>(x, origin, direction), options.PointAlong(x, direction),
                options, withError: true, ref atPoint);
        }
        finally
        {
            origin.CopyTo(x);
        }
    }

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, ReadOnlySpan{T}, DifferentiationOptions{T})"/>
    public static DerivativeEstimate<T> Compute<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, ReadOnlySpan<T> direction, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Compute(ref adapter, x, direction, options);
    }
}
