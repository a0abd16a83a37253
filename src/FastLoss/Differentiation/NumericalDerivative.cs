using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The derivative of a function of one variable by finite differences, in the function's own precision. Without a step of
/// the caller's, h = 2^round(log2(c * max(1, |x|))), which balances truncation against rounding for a function that varies
/// on the scale of its argument: c = eps^(1/3) central, eps^(1/2) forward. The difference is divided by the step really
/// taken. NaN or infinite where the function is so at a point it is evaluated at. Allocates nothing.
/// </summary>
public static class NumericalDerivative
{
    /// <summary>(f(x+h) - f(x-h)) / 2h with the best step: error about eps^(2/3), 1e-10 relative in double. Two evaluations.</summary>
    /// <example><code>double slope = NumericalDerivative.Central(x => 0.01 * x * x + 0.1 * x, 5.0);   // 0.2</code></example>
    public static T Central<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Central(ref adapter, x);
    }

    /// <summary>(f(x+h) - f(x-h)) / 2h with the caller's <paramref name="h"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change x.</exception>
    public static T Central<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Central(ref adapter, x, h);
    }

    /// <inheritdoc cref="Central{T}(Func{T, T}, T)"/>
    public static T Central<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        T h = StepRule.Automatic(x, T.One, StepRule.Coefficient<T>(DifferenceScheme.Central));
        return Quotient.Central(ref function, default(UnivariateLine<T, TFunction>), x, h);
    }

    /// <inheritdoc cref="Central{T}(Func{T, T}, T, T)"/>
    public static T Central<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Step(h, x);
        return Quotient.Central(ref function, default(UnivariateLine<T, TFunction>), x, h);
    }

    /// <summary>(f(x+h) - f(x)) / h with the best step: error about eps^(1/2), 1e-8 relative in double. Two evaluations.</summary>
    public static T Forward<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Forward(ref adapter, x);
    }

    /// <summary>(f(x+h) - f(x)) / h with the caller's <paramref name="h"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change x.</exception>
    public static T Forward<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Forward(ref adapter, x, h);
    }

    /// <inheritdoc cref="Forward{T}(Func{T, T}, T)"/>
    public static T Forward<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        T h = StepRule.Automatic(x, T.One, StepRule.Coefficient<T>(DifferenceScheme.Forward));
        return Quotient.Forward(ref function, default(UnivariateLine<T, TFunction>), x, h, function.Evaluate(x));
    }

    /// <inheritdoc cref="Forward{T}(Func{T, T}, T, T)"/>
    public static T Forward<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Step(h, x);
        return Quotient.Forward(ref function, default(UnivariateLine<T, TFunction>), x, h, function.Evaluate(x));
    }
}
