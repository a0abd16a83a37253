namespace FastLoss.Tests.Differentiation;

/// <summary>The fixed schemes: their orders, steps, error estimates and what they do at bounds.</summary>
public class DifferenceSchemeTests
{
    public static TheoryData<DifferenceScheme> FixedSchemes =>
        [DifferenceScheme.Central, DifferenceScheme.Forward, DifferenceScheme.Backward, DifferenceScheme.FivePoint];

    [Theory]
    [InlineData(DifferenceScheme.Central, 2e-10)]
    [InlineData(DifferenceScheme.Forward, 3e-8)]
    [InlineData(DifferenceScheme.Backward, 3e-8)]
    [InlineData(DifferenceScheme.FivePoint, 3e-12)]
    public void The_best_step_reaches_the_schemes_precision(DifferenceScheme scheme, double tolerance)
    {
        for (double x = -5; x <= 5; x += 0.37)
        {
            var estimate = NumericalDerivative.Estimate(Math.Exp, x, new() { Scheme = scheme });
            double scale = Math.Exp(x) * Math.Max(1, x * x);
            Assert.True(Math.Abs(estimate.Value - Math.Exp(x)) <= tolerance * scale, $"{x}: {estimate}");
            Assert.True(Math.Abs(estimate.Value - Math.Exp(x)) <= estimate.Error, $"{x}: {estimate}");
            Assert.True(estimate.Error <= 30 * tolerance * scale, $"{x}: {estimate}");
        }
    }

    [Theory]
    [InlineData(DifferenceScheme.Central, 2)]
    [InlineData(DifferenceScheme.Forward, 1)]
    [InlineData(DifferenceScheme.Backward, 1)]
    [InlineData(DifferenceScheme.FivePoint, 4)]
    public void The_error_falls_with_the_order_of_the_scheme(DifferenceScheme scheme, int order)
    {
        foreach (double bound in new[] { double.NegativeInfinity, 1 })   // at the bound the one-sided formula has the same order
        {
            double Error(double h) => Math.Abs(
                NumericalDerivative.Estimate(Math.Exp, 1.0, new() { Scheme = scheme, Step = h, LowerBounds = [bound] }).Value - Math.E);
            double rate = Math.Log2(Error(1.0 / 16) / Error(1.0 / 32));
            Assert.Equal(order, rate, 0.15);
        }
    }

    [Fact]
    public void Named_methods_are_the_schemes()
    {
        Assert.Equal(Of(DifferenceScheme.Central), NumericalDerivative.Central(Math.Sin, 0.7));
        Assert.Equal(Of(DifferenceScheme.Forward), NumericalDerivative.Forward(Math.Sin, 0.7));
        Assert.Equal(Of(DifferenceScheme.Backward), NumericalDerivative.Backward(Math.Sin, 0.7));
        Assert.Equal(Of(DifferenceScheme.FivePoint), NumericalDerivative.FivePoint(Math.Sin, 0.7));
        Assert.Equal(Of(DifferenceScheme.Adaptive), NumericalDerivative.Adaptive(Math.Sin, 0.7).Value);
        Assert.Equal(Math.Sin(0.7 + 0.25) - Math.Sin(0.7), 0.25 * NumericalDerivative.Forward(Math.Sin, 0.7, 0.25), 1e-15);
        Assert.Equal(Math.Sin(0.7) - Math.Sin(0.7 - 0.25), 0.25 * NumericalDerivative.Backward(Math.Sin, 0.7, 0.25), 1e-15);

        static double Of(DifferenceScheme scheme) => NumericalDerivative.Estimate(Math.Sin, 0.7, new() { Scheme = scheme }).Value;
    }

    [Theory]
    [MemberData(nameof(FixedSchemes))]
    public void Nothing_is_evaluated_out_of_bounds(DifferenceScheme scheme)
    {
        foreach (double below in new[] { 0, 1e-9, 1e-5, 1e-3, 10 })
        {
            foreach (double above in new[] { 0, 1e-9, 1e-5, 1e-3, 10 })
            {
                double lower = 2 - below, upper = 2 + above;
                var estimate = NumericalDerivative.Estimate(
                    x => x < lower || x > upper ? throw new InvalidOperationException($"{x} is out of bounds") : Math.Exp(x),
                    2.0,
                    new() { Scheme = scheme, LowerBounds = [lower], UpperBounds = [upper] });

                if (below == 0 && above == 0)
                    Assert.Equal(default, estimate);   // a fixed coordinate
                else
                    Assert.Equal(Math.Exp(2), estimate.Value, Math.Max(below, above) < 1e-6 ? 1e-5 : 1e-6);
            }
        }
    }

    [Fact]
    public void A_relative_step_follows_the_scale_of_each_coordinate()
    {
        var steps = new List<double>();
        double[] x = [0, 3, -200], gradient = new double[3];
        double[] point = [.. x];

        NumericalGradient.Compute(
            p =>
            {
                for (int i = 0; i < 3; i++)
                {
                    if (p[i] != point[i]) steps.Add(Math.Abs(p[i] - point[i]));
                }

                return p[0] + p[1] + p[2];
            },
            x,
            gradient,
            new() { RelativeStep = 0.25, Scales = [2.0, 1.0, 1000.0] });

        Assert.Equal([0.5, 0.5, 0.75, 0.75, 250, 250], steps);
        Assert.Equal([1, 1, 1], gradient);
    }

    [Fact]
    public void Declared_noise_takes_longer_steps()
    {
        static double Noisy(double x) => Math.Round(Math.Exp(x), 6);   // noise of 1e-6

        double plain = NumericalDerivative.Central(Noisy, 0.5);
        var noisy = NumericalDerivative.Estimate(Noisy, 0.5, new() { Noise = 1e-6 });

        Assert.True(Math.Abs(plain - Math.Exp(0.5)) > 1e-3, $"{plain}");
        Assert.True(Math.Abs(noisy.Value - Math.Exp(0.5)) < 3e-4, $"{noisy}");
        Assert.True(Math.Abs(noisy.Value - Math.Exp(0.5)) <= noisy.Error, $"{noisy}");
    }

    [Theory]
    [MemberData(nameof(FixedSchemes))]
    public void Error_estimates_leave_the_gradient_as_it_is(DifferenceScheme scheme)
    {
        double[] x = [0.3, -1.2, 40], gradient = new double[3], same = new double[3], errors = new double[3];
        static double Function(ReadOnlySpan<double> p) => Math.Exp(p[0]) * Math.Sin(p[1]) + Math.Sqrt(p[2]) * p[0];

        var plain = NumericalGradient.Compute(Function, x, gradient, new() { Scheme = scheme });
        var report = NumericalGradient.Compute(Function, x, same, errors, new() { Scheme = scheme });

        Assert.Equal(gradient, same);
        Assert.True(report.Evaluations > plain.Evaluations);
        double[] exact =
        [
            Math.Exp(0.3) * Math.Sin(-1.2) + Math.Sqrt(40), Math.Exp(0.3) * Math.Cos(-1.2), 0.15 / Math.Sqrt(40),
        ];
        for (int i = 0; i < 3; i++) Assert.True(Math.Abs(gradient[i] - exact[i]) <= errors[i], $"{i}: {gradient[i]} +- {errors[i]}, exact {exact[i]}");
        Assert.Equal(errors.Max(), report.MaxError);
        Assert.Equal(errors.IndexOf(errors.Max()), report.WorstIndex);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_their_values()
    {
        static void Refuse(string contains, Func<double, double> derivative) =>
            Assert.Contains(contains, Assert.ThrowsAny<ArgumentException>(() => derivative(1)).Message, StringComparison.Ordinal);

        Refuse("-1", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Noise = -1 }).Value);
        Refuse("NaN", x => NumericalDerivative.Estimate(Math.Exp, x, new() { RelativeStep = double.NaN }).Value);
        Refuse("-2", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Scale = -2 }).Value);
        Refuse("0", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Scales = [0.0] }).Value);
        Refuse("2 elements", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Scales = [1.0, 1.0] }).Value);
        Refuse("bounds are 2 to ", x => NumericalDerivative.Estimate(Math.Exp, x, new() { LowerBounds = [2.0] }).Value);
        Refuse("to 0.5", x => NumericalDerivative.Estimate(Math.Exp, x, new() { UpperBounds = [0.5] }).Value);
        Refuse("RelativeStep", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Step = 1, RelativeStep = 1 }).Value);
        Refuse("0.1", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Scheme = DifferenceScheme.Adaptive, Step = 0.1 }).Value);
        Refuse("77", x => NumericalDerivative.Estimate(Math.Exp, x, new() { Scheme = (DifferenceScheme)77 }).Value);
    }
}
