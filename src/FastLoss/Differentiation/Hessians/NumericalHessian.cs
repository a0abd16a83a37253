using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Second derivatives of a function of a vector: the Hessian and its product with a vector, from values or from a
/// gradient. The point is changed in place and always restored bit for bit, also when the function throws. Working
/// memory is rented. The scheme is central or adaptive: the adaptive one extrapolates every element to h = 0 and
/// estimates its error.
/// </summary>
public static class NumericalHessian
{
    /// <summary>
    /// The symmetric Hessian, row-major, from values: n^2 + n + 1 evaluations by central differences, half of what each
    /// mixed derivative by four values would take. The step is eps^(1/4) max(scale, |x_i|); the error about eps^(1/2).
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="hessian">Receives n rows of n elements, symmetric bit for bit.</param>
    /// <param name="options">Central or adaptive; steps, scales, bounds. Near a bound formulas are one-sided and take more evaluations.</param>
    /// <returns>Evaluations and status; the worst index is a place in <paramref name="hessian"/>.</returns>
    /// <exception cref="ArgumentException">The length of hessian is not n * n, or it overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> hessian, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Compute(ref function, x, hessian, [], options);

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, Span{T}, DifferentiationOptions{T})"/>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="hessian">Receives n rows of n elements, symmetric bit for bit.</param>
    /// <param name="errors">Receives an estimate of the absolute error of each element; as long as hessian.</param>
    /// <param name="options">Central or adaptive; steps, scales, bounds.</param>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> hessian, Span<T> errors, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(x, hessian, (long)x.Length * x.Length, options);
        if (!errors.IsEmpty)
        {
            Guard.SameLength<T, T>(errors, hessian);
            Guard.Apart<T, T>(errors, x);
            Guard.Apart<T, T>(errors, hessian);
        }

        using var memory = new Scratch<T>(HessianDifferences<TFunction, T>.MemoryLength(x.Length));
        var differences = new HessianDifferences<TFunction, T>(x, memory.Span, options);
        return differences.Run(ref function, hessian, errors);
    }

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport Compute<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, Span<T> hessian, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Compute(ref adapter, x, hessian, [], options);
    }

    /// <summary>
    /// The Hessian from a gradient, n times cheaper and more accurate: its Jacobian, made symmetric by (J + J^T) / 2.
    /// </summary>
    /// <param name="gradient">Writes the gradient; 2n evaluations.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="hessian">Receives n rows of n elements, symmetric bit for bit.</param>
    /// <param name="options">Any scheme; steps, scales, bounds.</param>
    /// <exception cref="ArgumentException">The length of hessian is not n * n, or it overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport ComputeFromGradient<TGradient, T>(
        ref TGradient gradient, Span<T> x, Span<T> hessian, DifferentiationOptions<T> options = default)
        where TGradient : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DifferentiationReport report = NumericalJacobian.Compute(ref gradient, x, x.Length, hessian, options);
        T half = T.One / T.CreateTruncating(2);
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                ref T lower = ref hessian[i * x.Length + j], upper = ref hessian[j * x.Length + i];
                lower = upper = half * lower + half * upper;
            }
        }

        return report;
    }

    /// <summary>
    /// The Hessian times a vector, from values, without making the Hessian: the difference of two numerical gradients
    /// along the vector, 4n evaluations by central differences.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="vector">The vector, as long as x and not overlapping it.</param>
    /// <param name="product">Receives the product; as long as x.</param>
    /// <param name="options">Central or adaptive, for the gradients; scales and bounds. Steps are chosen.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport VectorProduct<TFunction, T>(
        ref TFunction function, Span<T> x, ReadOnlySpan<T> vector, Span<T> product, DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(x, product, x.Length, options);
        if (options.Step != T.Zero || options.RelativeStep != T.Zero)
            Throw.OutOfRange(nameof(options), options.Step + options.RelativeStep, "without a step: two are needed, and chosen");
        var gradient = new GradientOf<TFunction, T>(function, options);
        try
        {
            DifferentiationReport report = NumericalJacobian.VectorProduct(
                ref gradient, x, vector, product, gradient.OuterOptions);
            return report with { Evaluations = gradient.Evaluations };
        }
        finally
        {
            function = gradient.Function;
        }
    }

    /// <inheritdoc cref="VectorProduct{TFunction, T}(ref TFunction, Span{T}, ReadOnlySpan{T}, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport VectorProduct<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, ReadOnlySpan<T> vector, Span<T> product, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return VectorProduct(ref adapter, x, vector, product, options);
    }

    /// <summary>The Hessian times a vector from a gradient: its derivative along the vector, two evaluations.</summary>
    /// <param name="gradient">Writes the gradient.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="vector">The vector, as long as x and not overlapping it.</param>
    /// <param name="product">Receives the product; as long as x.</param>
    /// <param name="options">Any scheme; steps, scales, bounds.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport VectorProductFromGradient<TGradient, T>(
        ref TGradient gradient, Span<T> x, ReadOnlySpan<T> vector, Span<T> product, DifferentiationOptions<T> options = default)
        where TGradient : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.SameLength<T, T>(product, x);
        return NumericalJacobian.VectorProduct(ref gradient, x, vector, product, options);
    }

    private static void Validate<T>(Span<T> x, Span<T> result, long length, DifferentiationOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        if (options.Scheme is not (DifferenceScheme.Central or DifferenceScheme.Adaptive))
            Throw.OutOfRange(nameof(options), options.Scheme, "Central or Adaptive for second derivatives");
        Guard.Length<T>(result, length, "the second derivative");
        Guard.Apart<T, T>(result, x);
    }
}
