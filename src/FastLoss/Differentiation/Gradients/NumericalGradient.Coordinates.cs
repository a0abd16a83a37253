using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

public static partial class NumericalGradient
{
    /// <summary>
    /// The gradient of a function that changes one coordinate at a time by itself: the same differences at the same
    /// steps as the definition's, without evaluating the whole function for each. x itself is only read.
    /// </summary>
    /// <param name="function">The function; prepared at x on return.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport ComputeByCoordinate<TFunction, T>(
        ref TFunction function, ReadOnlySpan<T> x, Span<T> gradient, DifferentiationOptions<T> options = default)
        where TFunction : ICoordinateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        return ByCoordinate(ref function, x, gradient, [], options);
    }

    /// <inheritdoc cref="ComputeByCoordinate{TFunction, T}(ref TFunction, ReadOnlySpan{T}, Span{T}, DifferentiationOptions{T})"/>
    /// <param name="function">The function; prepared at x on return.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <param name="errors">Receives an estimate of the absolute error of each element; as long as x.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    public static DifferentiationReport ComputeByCoordinate<TFunction, T>(
        ref TFunction function, ReadOnlySpan<T> x, Span<T> gradient, Span<T> errors, DifferentiationOptions<T> options = default)
        where TFunction : ICoordinateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.SameLength<T, T>(errors, x);
        Guard.Apart<T, T>(gradient, x);
        Guard.Apart<T, T>(errors, x);
        Guard.Apart<T, T>(errors, gradient);
        return ByCoordinate(ref function, x, gradient, errors, options);
    }

    private static DifferentiationReport ByCoordinate<TFunction, T>(
        ref TFunction function, ReadOnlySpan<T> x, Span<T> gradient, Span<T> errors, DifferentiationOptions<T> options)
        where TFunction : ICoordinateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return new ReportBuilder().Build();
        ValueAtPoint<T> atPoint = default;
        atPoint.Value = function.Prepare(x);
        DifferentiationReport report =
            CoordinateDerivatives.All<T, TFunction, PreparedLine<T, TFunction>, PreparedLines<T, TFunction>>(
                ref function, default, x, gradient, errors, options, atPoint);
        return report with { Evaluations = report.Evaluations + 1 };
    }
}
