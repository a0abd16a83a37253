using System.Numerics;

namespace FastLoss;

/// <summary>The second differences of one Hessian.</summary>
internal ref struct HessianDifferences<TFunction, T>(Span<T> x, Span<T> memory, DifferentiationOptions<T> options)
    where TFunction : IScalarFunction<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _x = x;
    private readonly Span<T> _origin = memory[..x.Length];
    private readonly Span<T> _above = memory.Slice(x.Length, x.Length);
    private readonly Span<T> _below = memory.Slice(2 * x.Length, x.Length);
    private readonly DifferentiationOptions<T> _options = options;
    private ReportBuilder _report = new();
    private long _evaluations;
    private T _atPoint;

    public static int MemoryLength(int n) => checked(3 * n);

    public DifferentiationReport Run(ref TFunction function, Span<T> hessian, Span<T> errors)
    {
        if (_x.IsEmpty) return _report.Build();
        _x.CopyTo(_origin);
        using var finer = new Scratch<T>(_options.IsAdaptive ? 0 : errors.Length);
        try
        {
            _atPoint = function.Evaluate(_x);
            _evaluations++;
            if (_options.IsAdaptive)
            {
                Extrapolate(ref function, hessian, errors);
            }
            else
            {
                Fill(ref function, T.One, hessian);
                if (!errors.IsEmpty) Fill(ref function, T.One / T.CreateTruncating(2), finer.Span);
                Report(hessian, finer.Span, errors);
            }
        }
        finally
        {
            _origin.CopyTo(_x);
        }

        _report.Evaluated(_evaluations);
        return _report.Build();
    }

    /// <summary>
    /// The whole matrix at a part of the steps; the mixed derivatives from the values that the diagonal has made.
    /// </summary>
    private void Fill(ref TFunction function, T part, Span<T> hessian)
    {
        int n = _x.Length;
        for (int i = 0; i < n; i++)
        {
            var line = Line(i, part);
            if (line.Point.IsFixed)
            {
                hessian[i * n + i] = T.Zero;
            }
            else if (line.Side == 0)
            {
                _above[i] = At(ref function, i, line.Point.Position + line.Step);
                _below[i] = At(ref function, i, line.Point.Position - line.Step);
                hessian[i * n + i] = ((_above[i] - _atPoint) - (_atPoint - _below[i])) / line.Step / line.Step;
            }
            else
            {
                hessian[i * n + i] = SecondDifference.Along(
                    ref function, _x, i, line, _atPoint, _options.EffectiveNoise, ref _evaluations).Value;
            }
        }

        for (int i = 0; i < n; i++)
        {
            var first = Line(i, part);
            for (int j = 0; j < i; j++)
            {
                var second = Line(j, part);
                T mixed = first.Point.IsFixed || second.Point.IsFixed ? T.Zero
                    : first.Side == 0 && second.Side == 0
                    ? Mixed(ref function, i, first, j, second)
                    : SecondDifference.Across(ref function, _x, (i, j), first, second, _options.EffectiveNoise, ref _evaluations).Value;
                hessian[i * n + j] = hessian[j * n + i] = mixed;
            }
        }
    }

    /// <summary>
    /// (f(++) - f(+0) - f(0+) + 2 f - f(-0) - f(0-) + f(--)) / 2 h_i h_j: two new values, the rest is the diagonal's
    /// (Abramowitz and Stegun, 25.3.27).
    /// </summary>
    private T Mixed(
        ref TFunction function, int i, (LinePoint<T> Point, T Step, int Side) first, int j, (LinePoint<T> Point, T Step, int Side) second)
    {
        _x[j] = second.Point.Position + second.Step;
        T both = At(ref function, i, first.Point.Position + first.Step);
        _x[j] = second.Point.Position - second.Step;
        T neither = At(ref function, i, first.Point.Position - first.Step);
        _x[j] = second.Point.Position;
        T sum = ((both - _above[i]) - (_above[j] - _atPoint)) + ((neither - _below[i]) - (_below[j] - _atPoint));
        return sum / T.CreateTruncating(2) / first.Step / second.Step;
    }

    private T At(ref TFunction function, int i, T position)
    {
        T saved = _x[i];
        _x[i] = position;
        T value = function.Evaluate(_x);
        _x[i] = saved;
        _evaluations++;
        return value;
    }

    private readonly (LinePoint<T> Point, T Step, int Side) Line(int i, T part)
    {
        LinePoint<T> point = _options.PointAt(i, _origin[i]);
        T h = _options.SecondStepAlong(point);
        int side = SecondDifference.Side(point, ref h);
        return (point, h * part, side);
    }

    private void Report(Span<T> hessian, Span<T> finer, Span<T> errors)
    {
        int n = _x.Length;
        for (int i = 0; i < n; i++)
        {
            T first = Line(i, T.One).Step;
            for (int j = 0; j < n; j++)
            {
                int k = i * n + j;
                if (errors.IsEmpty)
                {
                    _report.Add(k, hessian[k]);
                    continue;
                }

                T area = first * Line(j, T.One).Step;
                var estimate = _options.IsFixed(i) || _options.IsFixed(j) ? DerivativeEstimate<T>.OfFixed : WithError(hessian[k], finer[k], area);
                errors[k] = estimate.Error;
                _report.Add(k, estimate);
            }
        }
    }

    /// <summary>
    /// Second-order truncation from the two steps; rounding of 4 values' worth over h_i h_j in either.
    /// </summary>
    private readonly DerivativeEstimate<T> WithError(T value, T finer, T area)
    {
        T error = T.Abs(value - finer) * T.CreateTruncating(4.0 / 3)
            + T.CreateTruncating(4) * _options.EffectiveNoise * (T.Abs(_atPoint) + T.Abs(value) * area) / area;
        return new(value, error, 0, T.IsFinite(value) ? DifferentiationStatus.Completed : DifferentiationStatus.NonFinite);
    }

    private void Extrapolate(ref TFunction function, Span<T> hessian, Span<T> errors)
    {
        int n = _x.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                var element = new AdaptiveSecondDerivative<TFunction, T>(
                    _x, i, j, (_options.PointAt(i, _origin[i]), _options.PointAt(j, _origin[j])), _options.Request());
                DerivativeEstimate<T> estimate = element.Estimate(ref function, _atPoint, ref _evaluations);
                foreach (int k in (ReadOnlySpan<int>)[i * n + j, j * n + i])
                {
                    hessian[k] = estimate.Value;
                    if (!errors.IsEmpty) errors[k] = estimate.Error;
                    _report.Add(k, estimate);
                }
            }
        }
    }
}
