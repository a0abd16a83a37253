namespace FastLoss.Tests.Differentiation;

/// <summary>Derivatives of order 1 to 4 with error estimates, bounds, noise and scale; and accuracies that are asked for.</summary>
public class HigherDerivativeTests
{
    private static double Exact(int kind, double a, double x, int order) => kind switch
    {
        0 => Math.Pow(a, order) * Math.Exp(a * x),
        1 => Math.Pow(a, order) * Math.Sin(a * x + 1 + order * Math.PI / 2),
        2 => (order % 2 == 1 ? 1 : -1) * Factorial(order - 1) / Math.Pow(x + 2.5, order),
        _ => (order % 2 == 0 ? 1 : -1) * Factorial(order) / Math.Pow(x + 3, order + 1),
    };

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    private static Func<double, double> Function(int kind, double a) => kind switch
    {
        0 => v => Math.Exp(a * v),
        1 => v => Math.Sin(a * v + 1),
        2 => v => Math.Log(v + 2.5),
        _ => v => 1 / (v + 3),
    };

    [Theory]
    [InlineData(1, 1e-12)]
    [InlineData(2, 1e-9)]
    [InlineData(3, 1e-6)]
    [InlineData(4, 1e-4)]
    public void Every_order_is_accurate_and_covered(int order, double tolerance)
    {
        var random = new Random(order);
        long evaluations = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            int kind = random.Next(4);
            double a = 0.3 + 1.5 * random.NextDouble(), x = 4 * random.NextDouble() - 2, exact = Exact(kind, a, x, order);
            DerivativeEstimate<double> estimate = NumericalDerivative.Estimate(Function(kind, a), x, order);

            evaluations += estimate.Evaluations;
            Assert.Equal(DifferentiationStatus.Completed, estimate.Status);
            Assert.True(Math.Abs(estimate.Value - exact) <= estimate.Error, $"{kind}, {a}, {x}: {estimate}, exact {exact}");
            Assert.True(Math.Abs(estimate.Value - exact) <= tolerance * Math.Max(1, Math.Abs(exact)), $"{kind}, {a}, {x}: {estimate}, exact {exact}");
        }

        Assert.True(evaluations <= 20 * 2000, $"{evaluations / 2000.0} evaluations on average");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Bounds_scale_and_noise_are_kept(int order)
    {
        double[] lower = [0], upper = [1];
        foreach (double x in new[] { 0, 1e-6, 0.1, 1 })
        {
            DerivativeEstimate<double> estimate = NumericalDerivative.Estimate(
                v => v is < 0 or > 1 ? throw new InvalidOperationException($"{v} is out of bounds") : Math.Exp(v),
                x, order, new() { LowerBounds = lower, UpperBounds = upper });
            Assert.True(Math.Abs(estimate.Value - Math.Exp(x)) <= estimate.Error, $"{x}: {estimate}");
            Assert.Equal(Math.Exp(x), estimate.Value, 2e-3);
        }

        // On a scale of 1e-3, which is given; and single precision, which is not.
        DerivativeEstimate<double> narrow = NumericalDerivative.Estimate(v => Math.Sin(1e3 * v), 0.7, order, new() { Scale = 1e-3 });
        double exact = Math.Pow(1e3, order) * Math.Sin(700 + order * Math.PI / 2);
        Assert.True(Math.Abs(narrow.Value - exact) <= Math.Min(narrow.Error, 1e-4 * Math.Pow(1e3, order)), $"{narrow}, exact {exact}");
        DerivativeEstimate<double> single = NumericalDerivative.Estimate(v => MathF.Exp((float)v), 1.0, order);
        Assert.True(Math.Abs(single.Value - Math.E) <= single.Error, $"{single}");
        Assert.Equal(default, NumericalDerivative.Estimate(Math.Exp, 1.0, order, new() { LowerBounds = upper, UpperBounds = upper }));
    }

    [Fact]
    public void Requested_accuracy_saves_evaluations_and_is_kept()
    {
        foreach (double accuracy in new[] { 1e-2, 1e-4, 1e-6, 1e-8 })
        {
            DerivativeEstimate<double> full = NumericalDerivative.Adaptive(Math.Exp, 1.0);
            DerivativeEstimate<double> relative = NumericalDerivative.Estimate(
                Math.Exp, 1.0, new() { Scheme = DifferenceScheme.Adaptive, RelativeAccuracy = accuracy });
            Assert.Equal(DifferentiationStatus.Completed, relative.Status);
            Assert.True(relative.Error <= accuracy * relative.Value, $"{relative}");
            Assert.True(Math.Abs(relative.Value - Math.E) <= relative.Error, $"{relative}");
            Assert.True(relative.Evaluations < full.Evaluations, $"{relative}, {full}");

            DerivativeEstimate<double> absolute = NumericalDerivative.Estimate(
                Math.Exp, -3.0, new() { Scheme = DifferenceScheme.Adaptive, AbsoluteAccuracy = accuracy });
            Assert.True(absolute.Error <= accuracy && absolute.Status == DifferentiationStatus.Completed, $"{absolute}");
        }

        // What cannot be reached is not claimed.
        DerivativeEstimate<double> single = NumericalDerivative.Estimate(
            v => MathF.Exp((float)v), 1.0, new() { Scheme = DifferenceScheme.Adaptive, RelativeAccuracy = 1e-10 });
        Assert.Equal(DifferentiationStatus.NotConverged, single.Status);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(30)]
    public void The_most_evaluations_are_kept(int most)
    {
        foreach (var function in new Func<double, double>[] { Math.Exp, Math.Log, v => MathF.Sin((float)v), v => Math.Abs(v - 0.3), v => v < 0.3 ? 0 : 1 })
        {
            int calls = 0;
            double Counted(double v)
            {
                calls++;
                return function(v);
            }

            foreach (int order in new[] { 1, 2, 4 })
            {
                calls = 0;
                DerivativeEstimate<double> estimate = NumericalDerivative.Estimate(Counted, 0.3, order, new() { Scheme = DifferenceScheme.Adaptive, MaximumEvaluations = most });
                Assert.Equal(calls, estimate.Evaluations);
                Assert.InRange(calls, 1, most);
            }
        }

        double[] x = [0.3], jacobian = new double[2];
        var report = NumericalJacobian.Compute((p, y) => (y[0], y[1]) = (Math.Exp(p[0]), MathF.Sin((float)p[0])), x, 2, jacobian, new() { Scheme = DifferenceScheme.Adaptive, MaximumEvaluations = most });
        Assert.InRange(report.Evaluations, 1, most + 1);
    }

    [Fact]
    public void Wrong_requests_are_refused_with_their_values()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, 5));
        Assert.Contains("5", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, 2, new() { Scheme = DifferenceScheme.Forward }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, 2, new() { Step = 1e-3 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, new() { RelativeAccuracy = 1e-3 }));
        error = Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, new() { Scheme = DifferenceScheme.Adaptive, MaximumEvaluations = 7 }));
        Assert.Contains("7", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Estimate(Math.Exp, 1.0, new() { Scheme = DifferenceScheme.Adaptive, AbsoluteAccuracy = double.NaN }));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        double sum = 0;
        DifferentiationAllocation.AssertNone(() => sum += NumericalDerivative.Estimate(Math.Exp, 1.0, 3).Value
            + NumericalDerivative.Estimate(Math.Exp, 1.0).Error);
        Assert.True(double.IsFinite(sum));
    }
}
