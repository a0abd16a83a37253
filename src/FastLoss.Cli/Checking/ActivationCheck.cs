using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>
/// An activation as a scalar function: its outputs times random weights. The gradient of that, the weights times the
/// Jacobian, shows every element of the Jacobian.
/// </summary>
internal static class ActivationCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Length = 24;

    /// <summary>Writes the gradient from the inputs, the outputs and the weights.</summary>
    public delegate void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> weights, Span<T> gradient);

    public static GradientCheckReport Run(Action<ReadOnlySpan<T>, Span<T>> forward, Backward backward)
    {
        Random random = new(Length);
        T[] x = Draws.Uniform<T>(random, Length, -4, 4), weights = Draws.Uniform<T>(random, Length, -1, 1);
        // 0 is where kinks are.
        x[0] = T.Zero;
        T[] y = new T[Length], gradient = new T[Length];
        forward(x, y);
        backward(x, y, weights, gradient);
        var function = new Function(forward, weights);
        return GradientCheck.Compare(ref function, x.AsSpan(), gradient);
    }

    private readonly struct Function(Action<ReadOnlySpan<T>, Span<T>> forward, T[] weights) : IScalarFunction<T>
    {
        private readonly T[] _values = new T[Length];

        public T Evaluate(ReadOnlySpan<T> x)
        {
            forward(x, _values);
            // In double: the sum's own rounding is no part of the activation's.
            double sum = 0;
            for (int i = 0; i < _values.Length; i++)
                sum += double.CreateTruncating(_values[i]) * double.CreateTruncating(weights[i]);
            return T.CreateTruncating(sum);
        }
    }
}
