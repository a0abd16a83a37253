using System.Numerics;
using System.Runtime.ExceptionServices;
using FastLoss.Validation;

namespace FastLoss;

public static partial class NumericalGradient
{
    /// <summary>
    /// The gradient on several threads: the same bits as <see cref="Compute{TFunction, T}(ref TFunction, Span{T}, Span{T}, Span{T}, DifferentiationOptions{T})"/>,
    /// since each element is made by one thread from x and the function alone. Each worker has a clone of the function and a
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

/// <summary>One gradient shared among workers, which take short runs of coordinates until none is left.</summary>
internal sealed class ParallelGradient<TFunction, T>
    where TFunction : IScalarFunction<T>, ICloneableFunction<TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int RunLength = 16;

    private readonly TFunction function;
    private readonly ReadOnlyMemory<T> x;
    private readonly Memory<T> gradient;
    private readonly Memory<T> errors;
    private readonly DifferenceScheme scheme;
    private readonly T step;
    private readonly T relativeStep;
    private readonly T noise;
    private readonly T scale;
    private readonly T[] scales;
    private readonly T[] lowerBounds;
    private readonly T[] upperBounds;
    private readonly Lock gate = new();
    private ReportBuilder report = new();
    private ValueAtPoint<T> atPoint;
    private int next;

    public ParallelGradient(
        TFunction function, ReadOnlyMemory<T> x, Memory<T> gradient, Memory<T> errors, DifferentiationOptions<T> options)
    {
        this.function = function;
        this.x = x;
        this.gradient = gradient;
        this.errors = errors;
        (scheme, step, relativeStep, noise, scale) =
            (options.Scheme, options.Step, options.RelativeStep, options.Noise, options.Scale);
        (scales, lowerBounds, upperBounds) =
            (options.Scales.ToArray(), options.LowerBounds.ToArray(), options.UpperBounds.ToArray());
    }

    private DifferentiationOptions<T> Options => new()
    {
        Scheme = scheme,
        Step = step,
        RelativeStep = relativeStep,
        Noise = noise,
        Scale = scale,
        Scales = scales,
        LowerBounds = lowerBounds,
        UpperBounds = upperBounds,
    };

    public DifferentiationReport Run(int workers, CancellationToken cancellationToken)
    {
        // One f(x) for all, where some coordinate may need it.
        bool shared = scheme is DifferenceScheme.Forward or DifferenceScheme.Backward
            || lowerBounds.Length + upperBounds.Length > 0 || (!errors.IsEmpty && scheme != DifferenceScheme.Adaptive);
        if (shared && !x.IsEmpty)
        {
            atPoint.Value = function.Clone().Evaluate(x.Span);
            report.Evaluated(1);
        }

        try
        {
            Parallel.For(
                0, workers, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = workers },
                _ => Work(function.Clone(), x.ToArray(), cancellationToken));
        }
        catch (AggregateException failures)
        {
            // What the function threw, as if there were no threads.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return report.Build();
    }

    private void Work(TFunction clone, T[] point, CancellationToken cancellationToken)
    {
        var mine = new ReportBuilder();
        ValueAtPoint<T> known = atPoint;
        for (int first; (first = Interlocked.Add(ref next, RunLength) - RunLength) < point.Length;)
        {
            for (int i = first; i < Math.Min(first + RunLength, point.Length); i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                DerivativeEstimate<T> estimate =
                    CoordinateDerivatives.One<T, TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(
                        ref clone, new(point), point, i, Options, !errors.IsEmpty, ref known);
                gradient.Span[i] = estimate.Value;
                if (!errors.IsEmpty) errors.Span[i] = estimate.Error;
                mine.Add(i, estimate);
            }
        }

        lock (gate) report.Merge(mine);
    }
}
