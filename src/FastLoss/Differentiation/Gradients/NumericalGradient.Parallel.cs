using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

public static partial class NumericalGradient
{
    /// <summary>
    /// The gradient on several threads: the same bits as
    /// <see cref="Compute{TFunction, T}(ref TFunction, Span{T}, Span{T}, Span{T}, DifferentiationOptions{T})"/>, since
    /// each element is made by one thread from x and the function alone. Each worker has a clone of the function and a
    /// copy of x; x itself is only read. Unlike the rest this allocates: the copies, the clones and the threads' tasks.
    /// </summary>
    /// <param name="function">The function, cloned for each worker.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x.</param>
    /// <param name="errors">Receives an estimate of the absolute error of each element; as long as x, or empty.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <param name="workers">The most threads to use; 0 for one a processor.</param>
    /// <param name="cancellationToken">Stops between coordinates.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the memories overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport ComputeInParallel<TFunction, T>(
        TFunction function, ReadOnlyMemory<T> x, Memory<T> gradient, Memory<T> errors = default,
        DifferentiationOptions<T> options = default, int workers = 0, CancellationToken cancellationToken = default)
        where TFunction : IScalarFunction<T>, ICloneableFunction<TFunction>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x.Span);
        Guard.SameLength<T, T>(gradient.Span, x.Span);
        Guard.Apart<T, T>(gradient.Span, x.Span);
        if (!errors.IsEmpty)
        {
            Guard.SameLength<T, T>(errors.Span, x.Span);
            Guard.Apart<T, T>(errors.Span, x.Span);
            Guard.Apart<T, T>(errors.Span, gradient.Span);
        }

        Guard.AtLeast(workers, 0);
        if (workers == 0) workers = Environment.ProcessorCount;
        var job = new ParallelGradient<TFunction, T>(function, x, gradient, errors, options);
        return job.Run(Math.Min(workers, Math.Max(1, x.Length)), cancellationToken);
    }

    /// <inheritdoc cref="ComputeInParallel{TFunction, T}(TFunction, ReadOnlyMemory{T}, Memory{T}, Memory{T}, DifferentiationOptions{T}, int, CancellationToken)"/>
    public static DifferentiationReport ComputeInParallel<TFunction, T>(
        TFunction function, T[] x, T[] gradient, T[]? errors = null,
        DifferentiationOptions<T> options = default, int workers = 0, CancellationToken cancellationToken = default)
        where TFunction : IScalarFunction<T>, ICloneableFunction<TFunction>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(gradient);
        return ComputeInParallel<TFunction, T>(
            function, x.AsMemory(), gradient.AsMemory(), errors.AsMemory(), options, workers, cancellationToken);
    }
}
