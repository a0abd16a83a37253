using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Jacobian of a function from vectors to vectors by finite differences, dense, sparse, or times a vector. The
/// point is changed in place and always restored bit for bit, also when the function throws. Working memory is rented,
/// not allocated.
/// </summary>
public static class NumericalJacobian
{
    /// <summary>
    /// The dense Jacobian: jacobian[r * n + i] = dy_r / dx_i, by 2n evaluations (n+1 by forward differences). The
    /// adaptive scheme extrapolates every element by itself and stops a column when its last element has settled.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="outputs">The number of outputs of the function, m.</param>
    /// <param name="jacobian">Receives m rows of n elements.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <returns>Evaluations and status; the worst index is a place in <paramref name="jacobian"/>.</returns>
    /// <exception cref="ArgumentException">The length of jacobian is not m * n, or it overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, int outputs, Span<T> jacobian, DifferentiationOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Compute(ref function, x, outputs, jacobian, [], options);

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, int, Span{T}, DifferentiationOptions{T})"/>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="outputs">The number of outputs of the function, m.</param>
    /// <param name="jacobian">Receives m rows of n elements.</param>
    /// <param name="errors">Receives an estimate of the absolute error of each element; as long as jacobian.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    public static DifferentiationReport Compute<TFunction, T>(
        ref TFunction function, Span<T> x, int outputs, Span<T> jacobian, Span<T> errors, DifferentiationOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(x, outputs, jacobian, errors, (long)outputs * x.Length, options);
        using var origin = new Scratch<T>(x.Length);
        x.CopyTo(origin.Span);
        return Run(ref function, new DenseColumns<T>(origin.Span, outputs), x, outputs, jacobian, errors, options);
    }

    /// <inheritdoc cref="Compute{TFunction, T}(ref TFunction, Span{T}, int, Span{T}, DifferentiationOptions{T})"/>
    /// <example><code>
    /// double[] x = [2, 3], jacobian = new double[4];
    /// NumericalJacobian.Compute((p, y) => { y[0] = p[0] * p[1]; y[1] = p[0] + p[1]; }, x, 2, jacobian);   // 3 2; 1 1
    /// </code></example>
    public static DifferentiationReport Compute<T>(
        Action<ReadOnlySpan<T>, Span<T>> function, Span<T> x, int outputs, Span<T> jacobian, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateVectorFunction<T>(function);
        return Compute(ref adapter, x, outputs, jacobian, [], options);
    }

    /// <summary>
    /// The elements of a sparse Jacobian, in the order of the pattern, by one difference for each group of the
    /// colouring instead of one for each column: a tridiagonal Jacobian of any size takes 6 evaluations.
    /// </summary>
    /// <param name="function">The function, with as many outputs as the pattern has rows. Elements outside the pattern must be 0.</param>
    /// <param name="x">The point, as many coordinates as the pattern has columns; unchanged on return.</param>
    /// <param name="coloring">The groups; made once for a pattern.</param>
    /// <param name="values">Receives the elements, row after row.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <returns>Evaluations and status; the worst index is a place in <paramref name="values"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit the pattern, or values overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport ComputeSparse<TFunction, T>(
        ref TFunction function, Span<T> x, JacobianColoring coloring, Span<T> values, DifferentiationOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ComputeSparse(ref function, x, coloring, values, [], options);

    /// <inheritdoc cref="ComputeSparse{TFunction, T}(ref TFunction, Span{T}, JacobianColoring, Span{T}, DifferentiationOptions{T})"/>
    /// <param name="function">The function, with as many outputs as the pattern has rows. Elements outside the pattern must be 0.</param>
    /// <param name="x">The point, as many coordinates as the pattern has columns; unchanged on return.</param>
    /// <param name="coloring">The groups; made once for a pattern.</param>
    /// <param name="values">Receives the elements, row after row.</param>
    /// <param name="errors">Receives an estimate of the absolute error of each element; as long as values.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    public static DifferentiationReport ComputeSparse<TFunction, T>(
        ref TFunction function, Span<T> x, JacobianColoring coloring, Span<T> values, Span<T> errors, DifferentiationOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(coloring);
        Guard.Length<T>(x, coloring.Pattern.Columns, "the pattern");
        Validate(x, coloring.Pattern.Rows, values, errors, coloring.Pattern.Count, options);
        using var origin = new Scratch<T>(x.Length);
        x.CopyTo(origin.Span);
        return Run(ref function, new ColoredColumns<T>(origin.Span, coloring), x, coloring.Pattern.Rows, values, errors, options);
    }

    /// <inheritdoc cref="ComputeSparse{TFunction, T}(ref TFunction, Span{T}, JacobianColoring, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport ComputeSparse<T>(
        Action<ReadOnlySpan<T>, Span<T>> function, Span<T> x, JacobianColoring coloring, Span<T> values, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateVectorFunction<T>(function);
        return ComputeSparse(ref adapter, x, coloring, values, [], options);
    }

    /// <summary>
    /// The Jacobian times a vector without making the Jacobian: the derivative of every output along a direction, by
    /// two evaluations however many coordinates there are. Steps as for <see cref="DirectionalDerivative"/>.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return.</param>
    /// <param name="direction">The vector, as long as x and not overlapping it. All zeros give zeros without an evaluation.</param>
    /// <param name="product">Receives the product; its length is the number of outputs.</param>
    /// <param name="options">Scheme, steps, and the scales and bounds of the coordinates.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport VectorProduct<TFunction, T>(
        ref TFunction function, Span<T> x, ReadOnlySpan<T> direction, Span<T> product, DifferentiationOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.SameLength<T, T>(direction, x);
        Guard.Apart<T, T>(direction, x);
        Guard.Apart<T, T>(product, direction);
        Validate(x, product.Length, product, [], product.Length, options);
        if (!direction.ContainsAnyExcept(T.Zero))
        {
            product.Clear();
            return new ReportBuilder().Build();
        }

        using var origin = new Scratch<T>(x.Length);
        x.CopyTo(origin.Span);
        return Run(ref function, new OneDirection<T>(origin.Span, direction, product.Length), x, product.Length, product, [], options);
    }

    /// <inheritdoc cref="VectorProduct{TFunction, T}(ref TFunction, Span{T}, ReadOnlySpan{T}, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport VectorProduct<T>(
        Action<ReadOnlySpan<T>, Span<T>> function, Span<T> x, ReadOnlySpan<T> direction, Span<T> product, DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateVectorFunction<T>(function);
        return VectorProduct(ref adapter, x, direction, product, options);
    }

    private static DifferentiationReport Run<TFunction, TDisplacements, T>(
        ref TFunction function, TDisplacements displacements, Span<T> x, int rows, Span<T> result, Span<T> errors,
        DifferentiationOptions<T> options)
        where TFunction : IVectorFunction<T>, allows ref struct
        where TDisplacements : IDisplacements<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var memory = new Scratch<T>(VectorValues<T>.Length(rows));
        var values = new VectorValues<T>(memory.Span);
        if (!options.IsAdaptive)
            return new JacobianDifferences<TFunction, TDisplacements, T>(displacements, x, values, options).Run(ref function, result, errors);

        using var tableaux = new Scratch<Extrapolation<T>>(rows);
        using var best = new Scratch<Extrapolated<T>>(rows);
        using var sizes = new Scratch<T>(rows);
        var columns = new AdaptiveColumns<T>(tableaux.Span, best.Span, sizes.Span);
        return new AdaptiveJacobian<TFunction, TDisplacements, T>(displacements, x, values, columns, options)
            .Run(ref function, result, errors);
    }

    private static void Validate<T>(
        Span<T> x, int outputs, Span<T> result, Span<T> errors, long length, DifferentiationOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.AtLeast(outputs, 0);
        Guard.Length<T>(result, length, "the Jacobian");
        Guard.Apart<T, T>(result, x);
        if (errors.IsEmpty) return;
        Guard.SameLength<T, T>(errors, result);
        Guard.Apart<T, T>(errors, x);
        Guard.Apart<T, T>(errors, result);
    }
}
