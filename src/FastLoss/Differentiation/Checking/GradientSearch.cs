using System.Numerics;

namespace FastLoss;

/// <summary>Random directions, then bisection of the one that differs.</summary>
internal ref struct GradientSearch<TFunction, T>
    where TFunction : IScalarFunction<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Directions = 2;

    private readonly Span<T> _x;
    private readonly ReadOnlySpan<T> _gradient;
    private readonly Span<T> _origin;
    private readonly Span<T> _direction;
    private readonly Span<T> _part;
    private readonly GradientCheckOptions<T> _options;
    private ValueAtPoint<T> _atPoint;
    private long _evaluations;
    private double _largest;

    public GradientSearch(Span<T> x, ReadOnlySpan<T> gradient, Span<T> memory, GradientCheckOptions<T> options)
    {
        _x = x;
        _gradient = gradient;
        _options = options;
        _origin = memory[..x.Length];
        _direction = memory.Slice(x.Length, x.Length);
        _part = memory.Slice(2 * x.Length, x.Length);
    }

    public GradientCheckReport Run(ref TFunction function)
    {
        double noise = double.CreateTruncating(_options.Differentiation.EffectiveNoise);
        _x.CopyTo(_origin);
        try
        {
            T value = function.Evaluate(_x), again = function.Evaluate(_x);
            _evaluations += 2;
            if (!value.Equals(again) && !(T.Abs(value - again) <= T.CreateTruncating(2 * noise) * T.Abs(value)))
                return Named(new GradientCheckElement(0, At(0), double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, GradientVerdict.NonDeterministic), []);
            for (int i = 0; i < _gradient.Length; i++)
            {
                if (!T.IsFinite(_gradient[i]))
                    return Named(new GradientCheckElement(i, At(i), double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, GradientVerdict.NonFinite), []);
            }

            _atPoint.Value = value;
            var found = new List<GradientCheckDirection>(Directions);
            for (int k = 0; k < Directions; k++)
            {
                Draw(k);
                GradientCheckDirection result = Measure(ref function, out DerivativeEstimate<T> estimate);
                found.Add(result);
                if (result.Verdict is GradientVerdict.Pass or GradientVerdict.Inconclusive) continue;
                int culprit = Bisect(ref function, estimate);
                _origin.CopyTo(_x);
                GradientCheckReport element = GradientCheck.Compare(ref function, _x, _gradient, _options with { Indices = new[] { culprit } });
                _evaluations += element.Evaluations;
                // Where many small errors add up, the largest of them alone may pass: then the directions stand by
                // themselves.
                return GradientCheckReport.OfSearch(
                    element.Passed ? [] : [element.Elements[0]], [.. found], _evaluations, noise);
            }

            return GradientCheckReport.OfSearch([], [.. found], _evaluations, noise);
        }
        finally
        {
            _origin.CopyTo(_x);
        }
    }

    private readonly double At(int i) => double.CreateTruncating(_gradient[i]);

    private readonly GradientCheckReport Named(GradientCheckElement element, GradientCheckDirection[] found) =>
        GradientCheckReport.OfSearch([element], found, _evaluations, double.CreateTruncating(_options.Differentiation.EffectiveNoise));

    /// <summary>
    /// Elements of random sign and of random size from 1/2 to 1, in units of the scale: no two wrong elements of one
    /// size cancel. Where a bound is near all point away from it, so that differences can be one-sided.
    /// </summary>
    private void Draw(int k)
    {
        _largest = 0;
        var random = new RandomSource((ulong)_options.Seed, (ulong)k);
        DifferentiationOptions<T> differentiation = _options.Adaptive;
        for (int i = 0; i < _direction.Length; i++)
        {
            ulong bits = random.NextBits();
            T size = T.CreateTruncating(0.5 + (bits >> 12) * (0.5 / (1L << 52))) * differentiation.ScaleAt(i);
            LinePoint<T> point = differentiation.PointAt(i, _origin[i]);
            bool near = T.Min(point.RoomBelow, point.RoomAbove) < point.Scale;
            bool up = near ? point.RoomAbove >= point.RoomBelow : (bits & 1) == 0;
            _direction[i] = point.IsFixed ? T.Zero : up ? size : -size;
            double term = double.CreateTruncating(_gradient[i]) * double.CreateTruncating(_direction[i]);
            _largest = Math.Max(_largest, Math.Abs(term));
        }
    }

    private GradientCheckDirection Measure(ref TFunction function, out DerivativeEstimate<T> estimate)
    {
        LinePoint<T> point = _options.Adaptive.PointAlong(_origin, _direction);
        // All elements move at once, and a sum over many of them varies faster than over one.
        point = point with { Scale = point.Scale / T.CreateTruncating(Math.Sqrt(Math.Sqrt(_x.Length))) };
        estimate = AdaptiveDerivative.Estimate(
            ref function, new DirectionLine<T, TFunction>(_x, _origin, _direction), point, _options.Adaptive.Request(), ref _atPoint);
        _evaluations += estimate.Evaluations;
        double analytic = Analytic(0, _x.Length, out double norm);
        double numerical = double.CreateTruncating(estimate.Value), error = double.CreateTruncating(estimate.Error);
        // A direction's rounding is that of its largest terms, the root of whose squares stands for the norm.
        var tolerance = new GradientTolerance<double>(
            double.CreateTruncating(_options.EffectiveRelativeTolerance),
            double.CreateTruncating(_options.AbsoluteTolerance) + double.CreateTruncating(_options.EffectiveNormTolerance) * norm);
        double constant = Math.Abs(double.CreateTruncating(_atPoint.Value)) / double.CreateTruncating(point.Scale);
        double around = Math.Max(norm, analytic == 0 ? constant : 0);
        GradientVerdict verdict = tolerance.Judge(
            analytic, new(numerical, error, 0, estimate.Status), around, 0, out double all);
        return new(analytic, numerical, error, all, double.IsFinite(numerical) ? verdict : GradientVerdict.NonFinite);
    }

    /// <summary>gradient . direction over a range, and the root of the sum of the squared terms, in double.</summary>
    private readonly double Analytic(int first, int end, out double norm)
    {
        // Neumaier's compensation: the sum of 10^6 terms as good as of one.
        double sum = 0, lost = 0, squares = 0;
        // Squares may overflow where their root does not.
        double unit = _largest == 0 ? 1 : _largest;
        for (int i = first; i < end; i++)
        {
            double term = double.CreateTruncating(_gradient[i]) * double.CreateTruncating(_direction[i]), next = sum + term;
            lost += Math.Abs(sum) >= Math.Abs(term) ? (sum - next) + term : (term - next) + sum;
            sum = next;
            squares += term / unit * (term / unit);
        }

        norm = unit * Math.Sqrt(squares);
        return sum + lost;
    }

    /// <summary>
    /// Halves the elements that move, and follows the half with the larger part of the discrepancy. Two evaluations a
    /// level: a central difference is enough, since it need only tell a half of the discrepancy from none.
    /// </summary>
    private int Bisect(ref TFunction function, in DerivativeEstimate<T> whole)
    {
        double gap = double.CreateTruncating(whole.Value) - Analytic(0, _x.Length, out _);
        T step = Step(ref function, whole.Value, gap);
        int first = 0, end = _x.Length;
        while (end - first > 1)
        {
            int middle = first + (end - first) / 2;
            double left = double.CreateTruncating(Central(ref function, first, middle, step)) - Analytic(first, middle, out _);
            // Also where the left is NaN: nothing can be said of it.
            bool goLeft = !(Math.Abs(left) < Math.Abs(gap - left));
            gap = goLeft ? left : gap - left;
            (first, end) = goLeft ? (first, middle) : (middle, end);
        }

        return first;
    }

    /// <summary>
    /// A step whose central difference is right to an eighth of the discrepancy: the usual one, or shorter.
    /// </summary>
    private T Step(ref TFunction function, T whole, double gap)
    {
        T step = StepRule.Automatic(
            T.Zero,
            _options.Adaptive.PointAlong(_origin, _direction).Scale,
            StepRule.Coefficient(DifferenceScheme.Central, _options.Differentiation.EffectiveNoise));
        for (int tries = 0; tries < 4; tries++, step /= T.CreateTruncating(8))
        {
            T value = Central(ref function, 0, _x.Length, step);
            if (Math.Abs(double.CreateTruncating(value - whole)) <= Math.Abs(gap) / 8) break;
        }

        return step;
    }

    private T Central(ref TFunction function, int first, int end, T step)
    {
        _part.Clear();
        _direction[first..end].CopyTo(_part[first..end]);
        DifferentiationOptions<T> central = _options.Differentiation with { Scheme = DifferenceScheme.Central, Step = step };
        DerivativeEstimate<T> estimate = LineDerivative.Estimate(
            ref function, new DirectionLine<T, TFunction>(_x, _origin, _part), central.PointAlong(_origin, _part), central, false, ref _atPoint);
        _evaluations += estimate.Evaluations;
        return estimate.Value;
    }
}
