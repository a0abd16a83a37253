using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Proves or refutes a gradient against numerical derivatives, and says why: each element gets a verdict from an
/// adaptive derivative with an error estimate, a test for kinks that runs before anything passes, and tests for noise,
/// jumps and values that are not finite. The reports need no test framework;
/// <see cref="GradientCheckReport.ThrowIfFailed"/> serves all.
/// </summary>
public static partial class GradientCheck
{
    /// <summary>
    /// Checks a gradient element by element. An element passes if |analytic - numerical| is at most the numerical error
    /// estimate + rtol * max(|analytic|, |numerical|) + alpha * ||gradient|| + atol; at a kink it must lie between the
    /// slopes. About 25 evaluations an element.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return, also when the function throws.</param>
    /// <param name="gradient">The gradient to check, as long as x.</param>
    /// <param name="options">Which elements, tolerances, noise, scales, bounds.</param>
    /// <returns>The verdicts. Nothing is thrown for a wrong gradient.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or an option is out of its range, or x is out of its
    /// bounds.</exception>
    /// <example><code>
    /// GradientCheck.Compare(ref network, parameters, network.Gradient).ThrowIfFailed();
    /// </code></example>
    public static GradientCheckReport Compare<TFunction, T>(
        ref TFunction function, Span<T> x, ReadOnlySpan<T> gradient, GradientCheckOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(x, gradient, options);
        if (x.IsEmpty) return GradientCheckReport.OfElements([], 0, 0, 0);
        var check = new ElementCheck<T>(x, gradient, options);
        T value = function.Evaluate(x), again = function.Evaluate(x);
        return check.Run<TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(ref function, new(x), value, again);
    }

    /// <inheritdoc cref="Compare{TFunction, T}(ref TFunction, Span{T}, ReadOnlySpan{T}, GradientCheckOptions{T})"/>
    public static GradientCheckReport Compare<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, ReadOnlySpan<T> gradient, GradientCheckOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Compare(ref adapter, x, gradient, options);
    }

    /// <summary>
    /// As <see cref="Compare{TFunction, T}"/>, for a function that changes one coordinate at a time by itself.
    /// </summary>
    /// <param name="function">The function; prepared at x on return.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">The gradient to check, as long as x.</param>
    /// <param name="options">Which elements, tolerances, noise, scales, bounds.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or an option is out of its range, or x is out of its
    /// bounds.</exception>
    public static GradientCheckReport CompareByCoordinate<TFunction, T>(
        ref TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, GradientCheckOptions<T> options = default)
        where TFunction : ICoordinateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(x, gradient, options);
        if (x.IsEmpty) return GradientCheckReport.OfElements([], 0, 0, 0);
        var check = new ElementCheck<T>(x, gradient, options);
        T value = function.Prepare(x), again = function.Prepare(x);
        return check.Run<TFunction, PreparedLine<T, TFunction>, PreparedLines<T, TFunction>>(ref function, default, value, again);
    }

    private static void Validate<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, GradientCheckOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Adaptive.Validate(x);
        Guard.SameLength(gradient, x);
        Guard.ZeroOrPositive(options.RelativeTolerance, "options.RelativeTolerance");
        Guard.ZeroOrPositive(options.NormTolerance, "options.NormTolerance");
        Guard.ZeroOrPositive(options.AbsoluteTolerance, "options.AbsoluteTolerance");
        foreach (int index in options.Indices) Guard.Index(index, x.Length, "options.Indices");
    }
}
