using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

public static partial class NumericalGradient
{
    /// <summary>
    /// The gradient of a function that takes many points a call: the same differences as one point a call, with the
    /// points of many coordinates in each batch. The adaptive scheme, which needs each value to choose the next step,
    /// asks one at a time. x itself is only read.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <param name="pointsPerCall">The most points a call gets, at least 4.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <returns>The report; its evaluations count points, not calls.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport ComputeByBatch<TFunction, T>(
        ref TFunction function, ReadOnlySpan<T> x, Span<T> gradient, int pointsPerCall = 64, DifferentiationOptions<T> options = default)
        where TFunction : IBatchFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        Guard.AtLeast(pointsPerCall, DifferenceFormula.MaximumPairs);
        if (x.IsEmpty) return new ReportBuilder().Build();

        if (options.IsAdaptive) pointsPerCall = 1;
        long length = (long)pointsPerCall * (x.Length + 1);
        if (length > Array.MaxLength) Throw.OutOfRange(nameof(pointsPerCall), pointsPerCall, $"at most {Array.MaxLength / (x.Length + 1)} with {x.Length} coordinates");
        using var scratch = new Scratch<T>((int)length);
        Span<T> points = scratch.Span[..(pointsPerCall * x.Length)], values = scratch.Span[points.Length..];
        if (!options.IsAdaptive) return new BatchDifferences<T>(x, points, values).Run(ref function, gradient, options);

        x.CopyTo(points);
        return CoordinateDerivatives.All<T, TFunction, BatchLine<T, TFunction>, BatchLines<T, TFunction>>(
            ref function, new(points, values), x, gradient, [], options);
    }
}
