using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The derivative of a function of one variable by finite differences, in the function's own precision. Without a step
/// of the caller's, h = 2^round(log2(c * max(1, |x|))), which balances truncation against rounding for a function that
/// varies on the scale of its argument: c = eps^(1/3) central, eps^(1/2) forward and backward, eps^(1/5) five-point.
/// The difference is divided by the step really taken. NaN or infinite where the function is so at a point it is
/// evaluated at. Allocates nothing.
/// </summary>
public static class NumericalDerivative
{
    /// <summary>
    /// (f(x+h) - f(x-h)) / 2h with the best step: error about eps^(2/3), 1e-10 relative in double. Two evaluations.
    /// </summary>
    /// <example><code>double slope = NumericalDerivative.Central(x => 0.01 * x * x + 0.1 * x, 5.0);   // 0.2</code></example>
    public static T Central<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(function, x, new() { Scheme = DifferenceScheme.Central }, withError: false).Value;

    /// <summary>(f(x+h) - f(x-h)) / 2h with the caller's <paramref name="h"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change
    /// x.</exception>
    public static T Central<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(function, x, new() { Scheme = DifferenceScheme.Central, Step = h }, withError: false).Value;
    }

    /// <inheritdoc cref="Central{T}(Func{T, T}, T)"/>
    public static T Central<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(ref function, x, new() { Scheme = DifferenceScheme.Central }, withError: false).Value;

    /// <inheritdoc cref="Central{T}(Func{T, T}, T, T)"/>
    public static T Central<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(ref function, x, new() { Scheme = DifferenceScheme.Central, Step = h }, withError: false).Value;
    }

    /// <summary>
    /// (f(x+h) - f(x)) / h with the best step: error about eps^(1/2), 1e-8 relative in double. Two evaluations.
    /// </summary>
    public static T Forward<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(function, x, new() { Scheme = DifferenceScheme.Forward }, withError: false).Value;

    /// <summary>(f(x+h) - f(x)) / h with the caller's <paramref name="h"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change
    /// x.</exception>
    public static T Forward<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(function, x, new() { Scheme = DifferenceScheme.Forward, Step = h }, withError: false).Value;
    }

    /// <inheritdoc cref="Forward{T}(Func{T, T}, T)"/>
    public static T Forward<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(ref function, x, new() { Scheme = DifferenceScheme.Forward }, withError: false).Value;

    /// <inheritdoc cref="Forward{T}(Func{T, T}, T, T)"/>
    public static T Forward<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(ref function, x, new() { Scheme = DifferenceScheme.Forward, Step = h }, withError: false).Value;
    }

    /// <summary>
    /// (f(x) - f(x-h)) / h with the best step: error about eps^(1/2), 1e-8 relative in double. Two evaluations.
    /// </summary>
    public static T Backward<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(function, x, new() { Scheme = DifferenceScheme.Backward }, withError: false).Value;

    /// <summary>(f(x) - f(x-h)) / h with the caller's <paramref name="h"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change
    /// x.</exception>
    public static T Backward<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(function, x, new() { Scheme = DifferenceScheme.Backward, Step = h }, withError: false).Value;
    }

    /// <inheritdoc cref="Backward{T}(Func{T, T}, T)"/>
    public static T Backward<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(ref function, x, new() { Scheme = DifferenceScheme.Backward }, withError: false).Value;

    /// <inheritdoc cref="Backward{T}(Func{T, T}, T, T)"/>
    public static T Backward<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(ref function, x, new() { Scheme = DifferenceScheme.Backward, Step = h }, withError: false).Value;
    }

    /// <summary>
    /// (8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h with the best step: error about eps^(4/5), 1e-12 relative in
    /// double. Four evaluations.
    /// </summary>
    public static T FivePoint<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(function, x, new() { Scheme = DifferenceScheme.FivePoint }, withError: false).Value;

    /// <summary>(8 (f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))) / 12h with the caller's <paramref name="h"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change
    /// x.</exception>
    public static T FivePoint<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(function, x, new() { Scheme = DifferenceScheme.FivePoint, Step = h }, withError: false).Value;
    }

    /// <inheritdoc cref="FivePoint{T}(Func{T, T}, T)"/>
    public static T FivePoint<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(ref function, x, new() { Scheme = DifferenceScheme.FivePoint }, withError: false).Value;

    /// <inheritdoc cref="FivePoint{T}(Func{T, T}, T, T)"/>
    public static T FivePoint<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Step(h, x);
        return Estimate(ref function, x, new() { Scheme = DifferenceScheme.FivePoint, Step = h }, withError: false).Value;
    }

    /// <summary>
    /// The derivative by central differences extrapolated to h = 0 (Romberg), with an error estimate that covers its
    /// error: worst 6e-12 relative on fifteen hard functions, 12 evaluations on average. See
    /// <see cref="DifferenceScheme.Adaptive"/>.
    /// </summary>
    /// <example><code>DerivativeEstimate&lt;double&gt; e = NumericalDerivative.Adaptive(Math.Log, 1e-6);   // 1e6 within e.Error</code></example>
    public static DerivativeEstimate<T> Adaptive<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(function, x, new() { Scheme = DifferenceScheme.Adaptive }, withError: true);

    /// <inheritdoc cref="Adaptive{T}(Func{T, T}, T)"/>
    public static DerivativeEstimate<T> Adaptive<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate(ref function, x, new() { Scheme = DifferenceScheme.Adaptive }, withError: true);

    /// <summary>
    /// The derivative as the options say, with an error estimate. A fixed scheme pays for the estimate with the same
    /// difference at half the step, and f(x). Scales and bounds have one element.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x is out of its
    /// bounds.</exception>
    public static DerivativeEstimate<T> Estimate<T>(Func<T, T> function, T x, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Estimate(function, x, options, withError: true);

    /// <inheritdoc cref="Estimate{T}(Func{T, T}, T, DifferentiationOptions{T})"/>
    public static DerivativeEstimate<T> Estimate<TFunction, T>(
        ref TFunction function, T x, DifferentiationOptions<T> options = default)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Estimate(ref function, x, options, withError: true);

    /// <summary>
    /// The derivative of order 1 to 4 by the adaptive scheme, with an error estimate that covers its error: 1e-13
    /// relative for order 1, 1e-11, 1e-9, 1e-8 for 2, 3, 4 of functions that vary on the scale of x, by about 20
    /// evaluations. Each order costs digits, since rounding is divided by h^order.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="order">1 to 4.</param>
    /// <param name="options">Noise, scale, bounds and accuracy; steps and other schemes are for <see cref="FiniteDifferenceStencil"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option or the order is out of its range, or x is out of its
    /// bounds.</exception>
    /// <example><code>DerivativeEstimate&lt;double&gt; e = NumericalDerivative.Estimate(Math.Log, 2.0, order: 3);   // 2/8 within e.Error</code></example>
    public static DerivativeEstimate<T> Estimate<T>(Func<T, T> function, T x, int order, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Estimate(ref adapter, x, order, options);
    }

    /// <inheritdoc cref="Estimate{T}(Func{T, T}, T, int, DifferentiationOptions{T})"/>
    public static DerivativeEstimate<T> Estimate<TFunction, T>(
        ref TFunction function, T x, int order, DifferentiationOptions<T> options = default)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (order is < 1 or > 4) Throw.OutOfRange(nameof(order), order, "1 to 4");
        // Central, the default, stands for not set.
        if (options.Scheme is not (DifferenceScheme.Central or DifferenceScheme.Adaptive))
            Throw.OutOfRange(nameof(options), options.Scheme, "Adaptive for derivatives of any order");
        DifferentiationOptions<T> adaptive = options with { Scheme = DifferenceScheme.Adaptive };
        adaptive.Validate(new ReadOnlySpan<T>(in x));
        ValueAtPoint<T> atPoint = default;
        return AdaptiveDerivative.Estimate(
            ref function, default(UnivariateLine<T, TFunction>), adaptive.PointAt(0, x), adaptive.Request(order), ref atPoint);
    }

    private static DerivativeEstimate<T> Estimate<T>(Func<T, T> function, T x, DifferentiationOptions<T> options, bool withError)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Estimate(ref adapter, x, options, withError);
    }

    private static DerivativeEstimate<T> Estimate<TFunction, T>(
        ref TFunction function, T x, DifferentiationOptions<T> options, bool withError)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(new ReadOnlySpan<T>(in x));
        ValueAtPoint<T> atPoint = default;
        return LineDerivative.Estimate(
            ref function, default(UnivariateLine<T, TFunction>), options.PointAt(0, x), options, withError, ref atPoint);
    }
}
