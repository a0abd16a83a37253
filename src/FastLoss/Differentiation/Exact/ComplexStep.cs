using System.Numerics;

namespace FastLoss;

/// <summary>
/// Derivatives by a step into the complex plane: f'(x) = Im f(x + ih) / h, with nothing subtracted and so no rounding
/// to balance (Squire and Trapp, Using complex variables to estimate derivatives of real functions, SIAM Review 40,
/// 1998). With h = 2^-332, 1e-100, whose square vanishes beside 1, it is as exact as the function itself, usually to
/// the last digit or two. The function must be analytic where it is evaluated and made of analytic steps: no comparison
/// of magnitudes, no conjugate. Of System.Numerics.Complex these are not safe: Pow of a negative base (of -1 the
/// derivative of z^2 comes out as -2e84, since the angle's rounding is far above the step), Atan (0), Log and Log10 of
/// a negative number, Abs and Magnitude. <see cref="ComplexStepMath"/> has functions that carry the small part in their
/// place; the others, Exp, Sqrt, Sin, Cos, Tan, Asin, Acos, Sinh, Cosh, Tanh, division, were found right to 1e-13.
/// Double only: System.Numerics.Complex is. For a function written over generic arithmetic see <see cref="Dual{T}"/>.
/// </summary>
public static class ComplexStep
{
    /// <summary>2^-332.</summary>
    private const double Step = 1.142987391282275e-100;

    /// <summary>The derivative of an analytic function at a real point, by one evaluation.</summary>
    /// <example><code>double slope = ComplexStep.Derivative(z => Complex.Exp(z) / Complex.Sqrt(z), 1.5);</code></example>
    public static double Derivative(Func<Complex, Complex> function, double x)
    {
        ArgumentNullException.ThrowIfNull(function);
        return function(new Complex(x, Step)).Imaginary / Step;
    }

    /// <summary>The gradient of an analytic function at a real point, by n evaluations.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    public static void Gradient(Func<ReadOnlySpan<Complex>, Complex> function, ReadOnlySpan<double> x, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(function);
        Validation.Guard.SameLength<double, double>(gradient, x);
        Validation.Guard.Apart<double, double>(gradient, x);
        using var scratch = new Scratch<Complex>(x.Length);
        Span<Complex> point = scratch.Span;
        for (int i = 0; i < x.Length; i++) point[i] = x[i];
        for (int i = 0; i < x.Length; i++)
        {
            point[i] = new Complex(x[i], Step);
            gradient[i] = function(point).Imaginary / Step;
            point[i] = x[i];
        }
    }
}
