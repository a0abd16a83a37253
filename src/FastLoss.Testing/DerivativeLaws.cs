namespace FastLoss.Testing;

/// <summary>A loss's derivatives against numerical ones.</summary>
internal static class DerivativeLaws
{
    /// <summary>Points of a batch that are compared: a numerical derivative costs tens of evaluations.</summary>
    private const int Points = 12;

    /// <summary>The derivative of doubles against the definition's adaptive one, away from kinks; that of floats against that of doubles.</summary>
    public static void Check<TLoss>(TLoss loss, Func<double, double, double> definition, LossDomain domain, LossBatch batch)
        where TLoss : struct, IElementwiseLoss
    {
        for (int i = 0; i < Math.Min(batch.Count, Points); i++)
        {
            double y = batch.Predictions[i], t = batch.Targets[i], value = definition(y, t), slope = Slope(loss, y, t);
            string where = At(y, t);
            double size = Math.Max(Math.Abs(slope), 1e-3 * Math.Abs(value));
            Comparison.Within(slope, FloatSlope(loss, (float)y, (float)t), (3e-5 * size) + 1e-6, $"the derivative of floats{where}");
            if (IsNearKink(domain, y, t)) continue;
            DerivativeEstimate<double> numerical = Numerical(v => definition(v, t), y, domain.Predictions);
            if (!double.IsFinite(numerical.Value) || numerical.Status != DifferentiationStatus.Completed) continue;
            double allowed = (10 * numerical.Error) + (1e-8 * (Math.Abs(slope) + Math.Abs(value) + 1e-3));
            Comparison.Within(numerical.Value, slope, allowed, $"the derivative{where}");
        }
    }

    /// <summary>At each kink of the targets the derivative between the one-sided ones.</summary>
    public static void CheckKinks<TLoss>(TLoss loss, Func<double, double, double> definition, LossDomain domain, LossBatch batch)
        where TLoss : struct, IElementwiseLoss
    {
        foreach (double t in batch.Targets.Take(Points))
        {
            foreach (double y in domain.Kinks(t).Where(domain.Predictions.Contains))
            {
                double step = 9.5367431640625e-7 * Math.Max(1, Math.Abs(y));
                double right = NumericalDerivative.Forward(v => definition(v, t), y, step), left = NumericalDerivative.Backward(v => definition(v, t), y, step);
                double slope = Slope(loss, y, t), between = Math.Clamp(slope, Math.Min(left, right), Math.Max(left, right));
                Comparison.Within(between, slope, 1e-5 * (1 + Math.Abs(between)), $"the derivative at the kink{At(y, t)} (from the left {left:G6}, from the right {right:G6})");
            }
        }
    }

    /// <summary>The second derivative against the numerical one of the first, away from kinks of both.</summary>
    public static void CheckCurvature<TLoss>(TLoss loss, Func<double, double, double> definition, LossDomain domain, LossBatch batch)
        where TLoss : struct, ICurvedLoss
    {
        for (int i = 0; i < Math.Min(batch.Count, Points); i++)
        {
            double y = batch.Predictions[i], t = batch.Targets[i], slope = Slope(loss, y, t);
            double[] gradient = [0], curvature = [0];
            Loss.EvaluateWithCurvature<TLoss, double>(loss, [y], [t], gradient, curvature, new() { Denominator = 1 });
            if (IsNearKink(domain, y, t)) continue;
            double step = 1e-6 * Math.Max(Math.Abs(y), 1e-3);
            if (!domain.Predictions.Contains(y - step) || !domain.Predictions.Contains(y + step)) continue;
            double left = (slope - Slope(loss, y - step, t)) / step, right = (Slope(loss, y + step, t) - slope) / step;
            if (Math.Abs(left - right) > 1e-3 * (Math.Abs(left) + Math.Abs(right) + 1e-3)) continue;
            DerivativeEstimate<double> numerical = Numerical(v => Slope(loss, v, t), y, domain.Predictions);
            if (!double.IsFinite(numerical.Value) || numerical.Status != DifferentiationStatus.Completed) continue;
            double allowed = (10 * numerical.Error) + (1e-7 * (Math.Abs(curvature[0]) + Math.Abs(slope) + 1e-3));
            Comparison.Within(numerical.Value, curvature[0], allowed, $"the second derivative{At(y, t)}");
        }
    }

    private static bool IsNearKink(LossDomain domain, double y, double t) =>
        domain.Kinks(t).Any(k => Math.Abs(k - y) < 0.2 * Math.Max(1, Math.Abs(y)));

    /// <summary>Within the domain: the definition need not exist outside.</summary>
    private static DerivativeEstimate<double> Numerical(Func<double, double> function, double y, NumberDomain domain) =>
        NumericalDerivative.Estimate(function, y, new DifferentiationOptions<double>
        {
            Scheme = DifferenceScheme.Adaptive,
            LowerBounds = [domain.From],
            UpperBounds = [domain.To],
        });

    private static double Slope<TLoss>(TLoss loss, double y, double t)
        where TLoss : struct, IElementwiseLoss
    {
        double[] slope = [0];
        Loss.Gradient<TLoss, double>(loss, [y], [t], slope, new() { Denominator = 1 });
        return slope[0];
    }

    private static double FloatSlope<TLoss>(TLoss loss, float y, float t)
        where TLoss : struct, IElementwiseLoss
    {
        float[] slope = [0];
        Loss.Gradient<TLoss, float>(loss, [y], [t], slope, new() { Denominator = 1 });
        return slope[0];
    }

    private static string At(double y, double t) => $" at y = {Comparison.Text(y)}, t = {Comparison.Text(t)}";
}
