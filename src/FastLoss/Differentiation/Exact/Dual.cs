using System.Globalization;
using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A dual number, value + derivative * epsilon with epsilon^2 = 0: arithmetic and elementary functions carry the
/// derivative along by the chain rule, so that a function written once over generic arithmetic is differentiated
/// exactly, without a step. It implements the framework's interfaces for numbers, and so serves as the number of its
/// own derivative: Dual&lt;Dual&lt;double&gt;&gt; gives second derivatives.
/// </summary>
/// <remarks>
/// Comparisons, and the tests of what a number is, look at the value alone: branches follow the value, as derivatives
/// need. Two duals are equal only if their derivatives are too. At a kink the derivative is one of the branches': 0 for
/// Abs at 0, the first argument's for Max and Min of equals.
/// </remarks>
/// <param name="value">The value.</param>
/// <param name="derivative">Its derivative with respect to the variable.</param>
/// <typeparam name="T">The type of both parts: float, double, or a dual number.</typeparam>
/// <example><code>
/// static T Swish&lt;T&gt;(T x) where T : INumber&lt;T&gt;, IExponentialFunctions&lt;T&gt; => x / (T.One + T.Exp(-x));
/// double slope = Swish(Dual&lt;double&gt;.Variable(1.5)).Derivative;
/// </code></example>
public readonly partial struct Dual<T>(T value, T derivative) : INumber<Dual<T>>
    where T : INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T>, ITrigonometricFunctions<T>,
        IHyperbolicFunctions<T>, IPowerFunctions<T>, IRootFunctions<T>
{
    /// <summary>The value.</summary>
    public T Value { get; } = value;

    /// <summary>The derivative with respect to the variable.</summary>
    public T Derivative { get; } = derivative;

    /// <summary>The variable itself: derivative 1.</summary>
    public static Dual<T> Variable(T value) => new(value, T.One);

    /// <summary>A constant: derivative 0.</summary>
    public static Dual<T> Constant(T value) => new(value, T.Zero);

    /// <summary>A constant: derivative 0.</summary>
    public static implicit operator Dual<T>(T value) => Constant(value);

    /// <inheritdoc/>
    public static Dual<T> operator +(Dual<T> left, Dual<T> right) => new(left.Value + right.Value, left.Derivative + right.Derivative);

    /// <inheritdoc/>
    public static Dual<T> operator -(Dual<T> left, Dual<T> right) => new(left.Value - right.Value, left.Derivative - right.Derivative);

    /// <inheritdoc/>
    public static Dual<T> operator *(Dual<T> left, Dual<T> right) =>
        new(left.Value * right.Value, Times(right.Value, left.Derivative) + Times(left.Value, right.Derivative));

    /// <inheritdoc/>
    public static Dual<T> operator /(Dual<T> left, Dual<T> right)
    {
        T quotient = left.Value / right.Value;
        return new(quotient, Over(left.Derivative - Times(quotient, right.Derivative), right.Value));
    }

    /// <inheritdoc/>
    public static Dual<T> operator %(Dual<T> left, Dual<T> right)
    {
        // left - trunc(left / right) * right, with the whole number constant.
        T rest = left.Value % right.Value;
        return new(rest, left.Derivative - Times((left.Value - rest) / right.Value, right.Derivative));
    }

    /// <inheritdoc/>
    public static Dual<T> operator -(Dual<T> value) => new(-value.Value, -value.Derivative);

    /// <inheritdoc/>
    public static Dual<T> operator +(Dual<T> value) => value;

    /// <inheritdoc/>
    public static Dual<T> operator ++(Dual<T> value) => new(value.Value + T.One, value.Derivative);

    /// <inheritdoc/>
    public static Dual<T> operator --(Dual<T> value) => new(value.Value - T.One, value.Derivative);

    /// <inheritdoc/>
    public static bool operator ==(Dual<T> left, Dual<T> right) => left.Value == right.Value && left.Derivative == right.Derivative;

    /// <inheritdoc/>
    public static bool operator !=(Dual<T> left, Dual<T> right) => !(left == right);

    /// <inheritdoc/>
    public static bool operator <(Dual<T> left, Dual<T> right) => left.Value < right.Value;

    /// <inheritdoc/>
    public static bool operator >(Dual<T> left, Dual<T> right) => left.Value > right.Value;

    /// <inheritdoc/>
    public static bool operator <=(Dual<T> left, Dual<T> right) => left.Value <= right.Value;

    /// <inheritdoc/>
    public static bool operator >=(Dual<T> left, Dual<T> right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(Dual<T> other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Dual<T> other => CompareTo(other),
        _ => throw new ArgumentException($"obj is a {obj.GetType()}; it must be a {typeof(Dual<T>)}.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(Dual<T> other) => Value.Equals(other.Value) && Derivative.Equals(other.Derivative);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dual<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Value, Derivative);

    /// <summary>"value + derivative ε".</summary>
    public override string ToString() => ToString(null, CultureInfo.CurrentCulture);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        $"{Value.ToString(format, formatProvider)} + {Derivative.ToString(format, formatProvider)} ε";

    /// <summary>
    /// A factor of a derivative, which no pole makes NaN where nothing varies: 0 times infinity is 0 here.
    /// </summary>
    private static T Times(T factor, T derivative) => T.IsZero(derivative) ? T.Zero : factor * derivative;

    private static T Over(T derivative, T divisor) => T.IsZero(derivative) ? T.Zero : derivative / divisor;
}

/// <summary>Exact derivatives of functions of dual numbers.</summary>
public static class Dual
{
    /// <summary>The derivative at <paramref name="x"/>, exact but for the function's own rounding.</summary>
    public static T Derivative<T>(Func<Dual<T>, Dual<T>> function, T x)
        where T : unmanaged, INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T>, ITrigonometricFunctions<T>,
            IHyperbolicFunctions<T>, IPowerFunctions<T>, IRootFunctions<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return function(Dual<T>.Variable(x)).Derivative;
    }

    /// <summary>
    /// The gradient at <paramref name="x"/> by n evaluations, exact but for the function's own rounding.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    public static void Gradient<T>(Func<ReadOnlySpan<Dual<T>>, Dual<T>> function, ReadOnlySpan<T> x, Span<T> gradient)
        where T : unmanaged, INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T>, ITrigonometricFunctions<T>,
            IHyperbolicFunctions<T>, IPowerFunctions<T>, IRootFunctions<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        using var scratch = new Scratch<Dual<T>>(x.Length);
        Span<Dual<T>> point = scratch.Span;
        for (int i = 0; i < x.Length; i++) point[i] = x[i];
        for (int i = 0; i < x.Length; i++)
        {
            point[i] = Dual<T>.Variable(x[i]);
            gradient[i] = function(point).Derivative;
            point[i] = x[i];
        }
    }
}
