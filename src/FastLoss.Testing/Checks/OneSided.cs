namespace FastLoss.Testing;

/// <summary>Numerical derivatives that do not leave a range.</summary>
internal static class OneSided
{
    /// <summary>The adaptive derivative.</summary>
    public static DerivativeEstimate<double> Estimate(Func<double, double> function, double x, double low, double high) =>
        NumericalDerivative.Estimate(function, x, new DifferentiationOptions<double>
        {
            Scheme = DifferenceScheme.Adaptive,
            LowerBounds = [low],
            UpperBounds = [high],
        });

    /// <summary>
    /// The derivatives from the left and from the right, good to 1e-8 of slope and value where the function is smooth on each side; NaN where
    /// one is not known. (The adaptive scheme from one side has no error estimate for a parabola, though its value is right.)
    /// </summary>
    public static (double Left, double Right) Both(Func<double, double> function, double x, double low, double high)
    {
        double step = Math.ScaleB(Math.Max(1, Math.Abs(x)), -20), here = function(x);
        return (Slope(function, x, here, -Math.Min(step, x - low)), Slope(function, x, here, Math.Min(step, high - x)));
    }

    /// <summary>Two differences, extrapolated to no step at all; NaN where they do not agree.</summary>
    private static double Slope(Func<double, double> function, double x, double here, double step)
    {
        double far = Difference(function, x, here, step), near = Difference(function, x, here, step / 2);
        double noise = 16 * Comparison.Ulp<double>() * Math.Abs(here / step);
        return Math.Abs(near - far) <= (1e-3 * Math.Abs(near)) + noise ? near + (near - far) : double.NaN;
    }

    private static double Difference(Func<double, double> function, double x, double here, double step)
    {
        double there = x + step;
        return (function(there) - here) / (there - x);
    }
}
