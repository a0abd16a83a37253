using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The gradient of a function of a vector by finite differences, one coordinate after the other, in the function's own
/// precision. The point is changed in place and always restored bit for bit, also when the function throws (the gradient is
/// then written in part). Allocates nothing. An element is NaN or infinite where the function is so beside the point.
/// </summary>
public static class NumericalGradient
{
    /// <summary>The gradient at <paramref name="x"/>: every partial derivative, by 2n evaluations (n+1 by forward differences).</summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <param name="options">Scheme and step.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive and finite, or too small to change some x_i.</exception>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> gradient, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        if (options.Step != T.Zero) Guard.Step<T>(options.Step, x, nameof(options));

        bool forward = options.Scheme == DifferenceScheme.Forward;
        T valueAtX = forward ? function.Evaluate(x) : default;
        int nonFinite = -1;
        for (int i = 0; i < x.Length; i++)
        {
            T derivative = At(ref function, x, i, options, valueAtX);
            gradient[i] = derivative;
            if (nonFinite < 0 && !T.IsFinite(derivative)) nonFinite = i;
        }

        return new DifferentiationReport(
            forward ? x.Length + 1L : 2L * x.Length,
            nonFinite < 0 ? DifferentiationStatus.Completed : DifferentiationStatus.NonFinite,
            nonFinite);
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

    /// <summary>The partial derivative df/dx_<paramref name="index"/> at <paramref name="x"/>, by two evaluations.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such coordinate, or a step that is not positive, finite and large enough.</exception>
    public static T Partial<TFunction, T>(
        ref TFunction function, Span<T> x, int index, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Index(index, x.Length);
        if (options.Step != T.Zero) Guard.Step<T>(options.Step, x.Slice(index, 1), nameof(options));
        T valueAtX = options.Scheme == DifferenceScheme.Forward ? function.Evaluate(x) : default;
        return At(ref function, x, index, options, valueAtX);
    }

    /// <inheritdoc cref="Partial{TFunction, T}(ref TFunction, Span{T}, int, DifferentiationOptions{T})"/>
    public static T Partial<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, int index, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Partial(ref adapter, x, index, options);
    }

    private static T At<TFunction, T>(
        ref TFunction function, Span<T> x, int index, DifferentiationOptions<T> options, T valueAtX)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T saved = x[index];
        T h = options.Step != T.Zero
            ? options.Step
            : StepRule.Automatic(saved, T.One, StepRule.Coefficient<T>(options.Scheme));
        var line = new CoordinateLine<T, TFunction>(x, index);
        try
        {
            return options.Scheme == DifferenceScheme.Forward
                ? Quotient.Forward(ref function, line, saved, h, valueAtX)
                : Quotient.Central(ref function, line, saved, h);
        }
        finally
        {
            x[index] = saved;
        }
    }
}
