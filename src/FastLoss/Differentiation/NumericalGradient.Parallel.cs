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

    private readonly TFunction _function;
    private readonly ReadOnlyMemory<T> _x;
    private readonly Memory<T> _gradient;
    private readonly Memory<T> _errors;
    private readonly DifferenceScheme _scheme;
    private readonly T _step;
    private readonly T _relativeStep;
    private readonly T _noise;
    private readonly T _scale;
    private readonly T[] _scales;
    private readonly T[] _lowerBounds;
    private readonly T[] _upperBounds;
    private readonly Lock _gate = new();
    private ReportBuilder _report = new();
    private ValueAtPoint<T> _atPoint;
    private int _next;

    public ParallelGradient(
        TFunction function, ReadOnlyMemory<T> x, Memory<T> gradient, Memory<T> errors, DifferentiationOptions<T> options)
    {
        _function = function;
        _x = x;
        _gradient = gradient;
        _errors = errors;
        (_scheme, _step, _relativeStep, _noise, _scale) =
            (options.Scheme, options.Step, options.RelativeStep, options.Noise, options.Scale);
        (_scales, _lowerBounds, _upperBounds) =
            (options.Scales.ToArray(), options.LowerBounds.ToArray(), options.UpperBounds.ToArray());
    }

    private DifferentiationOptions<T> Options => new()
    {
        Scheme = _scheme,
        Step = _step,
        RelativeStep = _relativeStep,
        Noise = _noise,
        Scale = _scale,
        Scales = _scales,
        LowerBounds = _lowerBounds,
        UpperBounds = _upperBounds,
    };

    public DifferentiationReport Run(int workers, CancellationToken cancellationToken)
    {
        // One f(x) for all, where some coordinate may need it.
        bool shared = _scheme is DifferenceScheme.Forward or DifferenceScheme.Backward or DifferenceScheme.Adaptive
            || _lowerBounds.Length + _upperBounds.Length > 0 || !_errors.IsEmpty;
        if (shared && !_x.IsEmpty)
        {
            _atPoint.Value = _function.Clone().Evaluate(_x.Span);
            _report.Evaluated(1);
        }

        try
        {
            Parallel.For(
                0, workers, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = workers },
                _ => Work(_function.Clone(), _x.ToArray(), cancellationToken));
        }
        catch (AggregateException failures)
        {
            // What the function threw, as if there were no threads.
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        return _report.Build();
    }

    private void Work(TFunction clone, T[] point, CancellationToken cancellationToken)
    {
        var mine = new ReportBuilder();
        ValueAtPoint<T> known = _atPoint;
        for (int first; (first = Interlocked.Add(ref _next, RunLength) - RunLength) < point.Length;)
        {
            for (int i = first; i < Math.Min(first + RunLength, point.Length); i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                DerivativeEstimate<T> estimate =
                    CoordinateDerivatives.One<T, TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(
                        ref clone, new(point), point, i, Options, !_errors.IsEmpty, ref known);
                _gradient.Span[i] = estimate.Value;
                if (!_errors.IsEmpty) _errors.Span[i] = estimate.Error;
                mine.Add(i, estimate);
            }
        }

        lock (_gate) _report.Merge(mine);
    }
}
