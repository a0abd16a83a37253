using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Gradient descent by differences of a function: x moves against the gradient, by the learning rate times its length. Networks have
/// <see cref="Optimizer{T}"/>.
/// </summary>
public static class GradientDescent
{
    /// <summary>Walks from <paramref name="x"/> downhill along the numerical gradient, a fixed number of steps.</summary>
    /// <param name="function">What to minimise; a struct is inlined.</param>
    /// <param name="x">The start; on return, where the descent ended.</param>
    /// <param name="learningRate">The rate of every step, positive and finite.</param>
    /// <param name="steps">How many, 0 or more.</param>
    /// <param name="gradient">Workspace as long as x; on return, the gradient of the last step. With it nothing is allocated.</param>
    /// <param name="options">Scheme and step of the differences.</param>
    /// <returns>The function's value at the end; NaN or infinite when the descent diverged.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">steps is negative, or the rate not positive and finite.</exception>
    public static T Minimize<TFunction, T>(
        ref TFunction function,
        Span<T> x,
        T learningRate,
        int steps,
        Span<T> gradient,
        DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.AtLeast(steps, 0);
        Guard.SameLength<T, T>(x, gradient);
        Guard.Apart<T, T>(gradient, x);
        if (!(T.IsFinite(learningRate) && learningRate > T.Zero))
            Throw.OutOfRange(nameof(learningRate), learningRate, "positive and finite");

        for (; steps > 0; steps--)
        {
            NumericalGradient.Compute(ref function, x, gradient, options);
            MultiplyAdd.Compute(gradient, -learningRate, x, x);
        }

        return function.Evaluate(x);
    }

    /// <inheritdoc cref="Minimize{TFunction, T}(ref TFunction, Span{T}, T, int, Span{T}, DifferentiationOptions{T})"/>
    /// <example><code>
    /// double[] x = [-3, 4];
    /// GradientDescent.Minimize(p => p[0] * p[0] + p[1] * p[1], x, learningRate: 0.1, steps: 100);   // x is (0, 0) to 1e-9
    /// </code></example>
    public static T Minimize<T>(
        Func<ReadOnlySpan<T>, T> function,
        Span<T> x,
        T learningRate,
        int steps,
        DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Minimize(ref adapter, x, learningRate, steps, new T[x.Length], options);
    }
}
