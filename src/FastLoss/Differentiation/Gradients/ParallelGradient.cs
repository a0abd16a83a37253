using System.Numerics;
using System.Runtime.ExceptionServices;

namespace FastLoss;

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
    private readonly DifferentiationOptions<T>.Numbers _settings;
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
        _settings = options.Settings;
        (_scales, _lowerBounds, _upperBounds) =
            (options.Scales.ToArray(), options.LowerBounds.ToArray(), options.UpperBounds.ToArray());
    }

    private DifferentiationOptions<T> Options => new()
    {
        Settings = _settings,
        Scales = _scales,
        LowerBounds = _lowerBounds,
        UpperBounds = _upperBounds,
    };

    public DifferentiationReport Run(int workers, CancellationToken cancellationToken)
    {
        // One f(x) for all, where some coordinate may need it.
        bool shared = _settings.Scheme is DifferenceScheme.Forward or DifferenceScheme.Backward or DifferenceScheme.Adaptive
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
