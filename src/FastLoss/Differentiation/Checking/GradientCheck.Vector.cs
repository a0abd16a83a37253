using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

public static partial class GradientCheck
{
    /// <summary>
    /// Checks a vector-Jacobian product, what a backward pass computes: the gradient of sum over r of v_r y_r(x) for
    /// the outputs y of a function and given v. It is checked element by element as <see cref="Compare{TFunction, T}"/>
    /// does.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return, also when the function throws.</param>
    /// <param name="vector">v, as long as the function has outputs.</param>
    /// <param name="product">The product to check, as long as x.</param>
    /// <param name="options">Which elements, tolerances, noise, scales, bounds.</param>
    /// <exception cref="ArgumentException">The lengths of product and x differ, or vector overlaps x.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or an option is out of its range, or x is out of its
    /// bounds.</exception>
    /// <example><code>
    /// Softmax.Backward(y, 10, outputGradient, inputGradient);
    /// GradientCheck.CompareVectorJacobian((p, q) => Softmax.Compute(p, 10, q), x, outputGradient,
    /// inputGradient).ThrowIfFailed();
    /// </code></example>
    public static GradientCheckReport CompareVectorJacobian<TFunction, T>(
        ref TFunction function, Span<T> x, ReadOnlySpan<T> vector, ReadOnlySpan<T> product, GradientCheckOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Validate(x, product, options);
        Guard.Apart<T, T>(x, vector);
        using var outputs = new Scratch<T>(vector.Length);
        var combination = new Combination<TFunction, T>(function, vector, outputs.Span);
        try
        {
            return Compare(ref combination, x, product, options);
        }
        finally
        {
            function = combination.Function;
        }
    }

    /// <inheritdoc cref="CompareVectorJacobian{TFunction, T}(ref TFunction, Span{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, GradientCheckOptions{T})"/>
    public static GradientCheckReport CompareVectorJacobian<T>(
        Action<ReadOnlySpan<T>, Span<T>> function, Span<T> x, ReadOnlySpan<T> vector, ReadOnlySpan<T> product, GradientCheckOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateVectorFunction<T>(function);
        return CompareVectorJacobian(ref adapter, x, vector, product, options);
    }

    /// <summary>
    /// Checks a Jacobian, jacobian[r * n + i] = dy_r / dx_i: each row is the gradient of one output. An element's index
    /// in the report, and in the options, is its place in the Jacobian; norms are those of the rows.
    /// </summary>
    /// <param name="function">The function; a struct is inlined. It is evaluated for every row anew.</param>
    /// <param name="x">The point; unchanged on return, also when the function throws.</param>
    /// <param name="outputs">The number of outputs, m.</param>
    /// <param name="jacobian">The m rows of n elements to check.</param>
    /// <param name="options">Which elements, tolerances, noise, scales, bounds.</param>
    /// <exception cref="ArgumentException">The length of jacobian is not m * n.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or an option is out of its range, or x is out of its
    /// bounds.</exception>
    public static GradientCheckReport CompareJacobian<TFunction, T>(
        ref TFunction function, Span<T> x, int outputs, ReadOnlySpan<T> jacobian, GradientCheckOptions<T> options = default)
        where TFunction : IVectorFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.AtLeast(outputs, 0);
        Guard.Length(jacobian, (long)outputs * x.Length, "the Jacobian");
        Validate(x, jacobian.IsEmpty ? x : jacobian[..x.Length], options with { Indices = [] });
        foreach (int index in options.Indices) Guard.Index(index, jacobian.Length, "options.Indices");

        var reports = new List<GradientCheckReport>();
        using var values = new Scratch<T>(outputs);
        using var unit = new Scratch<T>(outputs);
        for (int row = 0; row < outputs && x.Length > 0; row++)
        {
            int[] wanted = InRow(options.Indices, row, x.Length);
            if (wanted.Length == 0 && !options.Indices.IsEmpty) continue;
            unit.Span.Clear();
            unit.Span[row] = T.One;
            var combination = new Combination<TFunction, T>(function, unit.Span, values.Span);
            try
            {
                reports.Add(Compare(ref combination, x, jacobian.Slice(row * x.Length, x.Length), options with { Indices = wanted })
                    .Shifted(row * x.Length));
            }
            finally
            {
                function = combination.Function;
            }
        }

        return GradientCheckReport.OfAll(reports);
    }

    /// <inheritdoc cref="CompareJacobian{TFunction, T}(ref TFunction, Span{T}, int, ReadOnlySpan{T}, GradientCheckOptions{T})"/>
    public static GradientCheckReport CompareJacobian<T>(
        Action<ReadOnlySpan<T>, Span<T>> function, Span<T> x, int outputs, ReadOnlySpan<T> jacobian, GradientCheckOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateVectorFunction<T>(function);
        return CompareJacobian(ref adapter, x, outputs, jacobian, options);
    }

    private static int[] InRow(ReadOnlySpan<int> indices, int row, int columns)
    {
        var found = new List<int>();
        foreach (int index in indices)
        {
            if (index / columns == row) found.Add(index % columns);
        }

        return [.. found];
    }
}

/// <summary>
/// The sum over r of v_r y_r(x), of which a vector-Jacobian product is the gradient. Outputs of weight 0 are left out,
/// also if they are not finite.
/// </summary>
internal ref struct Combination<TFunction, T>(TFunction function, ReadOnlySpan<T> vector, Span<T> outputs) : IScalarFunction<T>
    where TFunction : IVectorFunction<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _vector = vector;
    private readonly Span<T> _outputs = outputs;
    private TFunction _function = function;

    public readonly TFunction Function => _function;

    public T Evaluate(ReadOnlySpan<T> x)
    {
        _function.Evaluate(x, _outputs);
        T sum = T.Zero, lost = T.Zero;
        for (int r = 0; r < _vector.Length; r++)
        {
            if (_vector[r] == T.Zero) continue;
            // Neumaier's compensation: the noise is that of the outputs, not of their sum.
            T term = _vector[r] * _outputs[r], next = sum + term;
            lost += T.Abs(sum) >= T.Abs(term) ? (sum - next) + term : (term - next) + sum;
            sum = next;
        }

        return T.IsFinite(lost) ? sum + lost : sum;
    }
}
