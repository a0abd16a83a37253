namespace FastLoss.Testing;

/// <summary>A formula's derivative against the numerical one of a function; that of floats against that of doubles.</summary>
/// <param name="formula">Whose derivative it is.</param>
/// <param name="function">What it should be the derivative of, by the argument that varies.</param>
/// <param name="domain">The bounds of the argument that varies, the kinks, the scale.</param>
/// <param name="at">How a point is said.</param>
/// <param name="kind">Which derivative.</param>
internal sealed class DerivativeLaw(
    LossCalls formula, Func<double, double, double> function, LossDomain domain, Places at, DerivativeKind kind)
{
    /// <summary>Points of a batch that are compared: a numerical derivative costs tens of evaluations.</summary>
    private const int Points = 12;

    private readonly NumberDomain _range = kind == DerivativeKind.ByTarget ? domain.Targets : domain.Predictions;
    private readonly string _name = kind switch
    {
        DerivativeKind.Second => "the second derivative",
        DerivativeKind.ByTarget => "the derivative by the target",
        _ => "the derivative",
    };

    private int _tried, _compared;

    public void Check(LossBatch batch)
    {
        for (int i = 0; i < Math.Min(batch.Count, Points); i++) Check(batch.Predictions[i], batch.Targets[i]);
    }

    /// <summary>Throws where next to no point could be compared: what compares nothing proves nothing.</summary>
    public bool WasTried()
    {
        if (_tried == 0) return false;
        if (_compared * 8 >= _tried) return true;
        throw new Broken(
            $"{_name} could be compared at {_compared} of {_tried} points alone: elsewhere the definition is not finite, not smooth or too noisy for "
            + "a numerical one. A narrower domain may help");
    }

    private void Check(double y, double t)
    {
        double slope = formula.DerivativeAt<double>(y, t), value = function(y, t);
        double size = domain.DerivativeScale?.Invoke(y, t) ?? Math.Abs(slope);
        if (domain.DerivativeScale is null && double.IsFinite(value)) size = Math.Max(size, 1e-3 * Math.Abs(value));
        double relative = kind == DerivativeKind.Second ? 1e-4 : 3e-5;
        double narrow = formula.DerivativeAt<float>(y, t);
        Comparison.Within(slope, narrow, (relative * size) + 1e-6, $"{_name} of floats{at.Text(y, t)}, beside that of doubles,");
        double x = kind == DerivativeKind.ByTarget ? t : y;
        Func<double, double> line = kind == DerivativeKind.ByTarget ? v => function(y, v) : v => function(v, t);
        (double low, double high) = Smooth(x, t);
        if (kind != DerivativeKind.ByTarget && domain.Kinks(t).Contains(x)) return;
        _tried++;
        if (kind != DerivativeKind.First && Bends(line, x)) return;
        DerivativeEstimate<double> numerical = OneSided.Estimate(line, x, low, high);
        bool isKnown = double.IsFinite(numerical.Value) && numerical.Status == DifferentiationStatus.Completed;
        double expected = numerical.Value, error = kind == DerivativeKind.Second ? 1e-7 : 1e-8;
        double allowed = (error * (Math.Abs(slope) + Math.Abs(value) + 1e-3)) + (isKnown ? 10 * numerical.Error : 0);
        string corner = "";
        if (!isKnown || !Comparison.IsWithin(expected, slope, allowed))
        {
            // What does not converge, or at an end from one side alone, may be a corner that nobody named: there any slope between is right.
            double reach = Math.Max(1, Math.Abs(x));
            (double left, double right) = OneSided.Both(line, x, x > low ? low : x - reach, x < high ? high : x + reach);
            bool isCorner = Math.Abs(left - right) > 1e-3 * (Math.Abs(left) + Math.Abs(right));
            if (!isKnown && !isCorner) return;
            if (isCorner) expected = Math.Clamp(slope, Math.Min(left, right), Math.Max(left, right));
            if (isCorner) corner = $", a corner with slope {left:G6} before and {right:G6} after it,";
        }

        _compared++;
        Comparison.Within(expected, slope, allowed, $"{_name}{at.Text(y, t)}{corner}");
    }

    /// <summary>From the corner before to the corner after: a numerical derivative must not reach over one.</summary>
    private (double Low, double High) Smooth(double x, double t)
    {
        double low = _range.From, high = _range.To;
        if (kind == DerivativeKind.ByTarget) return (low, high);
        foreach (double kink in domain.Kinks(t))
        {
            if (kink <= x) low = Math.Max(low, kink);
            if (kink >= x) high = Math.Min(high, kink);
        }

        return (low, high);
    }

    /// <summary>
    /// The function's slope jumps near x: of a second derivative that is no fault, and where a target has its corners is not said.
    /// </summary>
    private bool Bends(Func<double, double> line, double x)
    {
        double step = 1e-6 * Math.Max(Math.Abs(x), 1e-3);
        if (!_range.IsBetween(x - step) || !_range.IsBetween(x + step)) return true;
        double here = line(x), left = (here - line(x - step)) / step, right = (line(x + step) - here) / step;
        return !(Math.Abs(left - right) <= 1e-3 * (Math.Abs(left) + Math.Abs(right) + 1e-3));
    }
}

internal enum DerivativeKind
{
    First,
    Second,
    ByTarget,
}

/// <summary>At each kink of the targets the derivative between the one-sided ones.</summary>
internal sealed class KinkLaw(LossCalls loss, Func<double, double, double> definition, LossDomain domain, Places at)
{
    private const int Points = 12;
    private bool _isDeclared, _wasCompared;

    public void Check(LossBatch batch)
    {
        foreach (double t in batch.Targets.Take(Points))
        {
            foreach (double kink in domain.Kinks(t))
            {
                _isDeclared = true;
                if (kink > domain.Predictions.From && kink < domain.Predictions.To) Check(kink, t);
            }
        }
    }

    /// <summary>Throws where kinks are declared, and none is at a prediction.</summary>
    public bool WasTried() => !_isDeclared || _wasCompared
        ? _isDeclared
        : throw new Broken("no kink was tried: Kinks gives none that is inside the domain, or the definition is not finite there");

    private void Check(double y, double t)
    {
        (double left, double right) = OneSided.Both(v => definition(v, t), y, domain.Predictions.From, domain.Predictions.To);
        if (!double.IsFinite(left) || !double.IsFinite(right)) return;
        _wasCompared = true;
        double least = Math.Min(left, right), most = Math.Max(left, right);
        string sides = $"{at.Text(y, t)}, a kink with slope {left:G6} before and {right:G6} after it,";
        double allowed = 1e-6 * (1 + most - least + Math.Abs(least) + Math.Abs(definition(y, t)));
        double slope = loss.DerivativeAt<double>(y, t);
        Comparison.Within(Math.Clamp(slope, least, most), slope, allowed, $"the derivative{sides}");

        // Where a float is not at the kink, it is on one of its sides.
        slope = loss.DerivativeAt<float>(y, t);
        Comparison.Within(Math.Clamp(slope, least, most), slope, allowed * 30, $"the derivative of floats{sides}");
    }
}
