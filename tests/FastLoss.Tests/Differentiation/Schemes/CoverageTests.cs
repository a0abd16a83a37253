namespace FastLoss.Tests.Differentiation;

/// <summary>Completed means covered: the error estimate of a derivative covers its error, whatever the function is made of.</summary>
public class CoverageTests
{
    private static DifferentiationOptions<double> Adaptive => new() { Scheme = DifferenceScheme.Adaptive };

    private static void AssertHonest(DerivativeEstimate<double> estimate, double exact, string name) =>
        Assert.True(
            estimate.Status != DifferentiationStatus.Completed || Math.Abs(estimate.Value - exact) <= estimate.Error,
            $"{name}: {estimate}, exact {exact}");

    [Fact]
    public void Single_precision_inside_double_is_noticed()
    {
        static double Sum(double x)
        {
            float sum = 0;
            for (int i = 1; i <= 100; i++) sum += MathF.Exp(i * 0.01f * (float)x - 3);
            return sum;
        }

        double exact = Enumerable.Range(1, 100).Sum(i => i * 0.01 * Math.Exp(i * 0.01 * 1 - 3));
        AssertClose(NumericalDerivative.Adaptive(x => (double)MathF.Sin((float)x), 1.0), Math.Cos(1), 1e-4);
        AssertClose(NumericalDerivative.Adaptive(Sum, 1.0), exact, 1e-4);

        // The same with a smooth term that stays when the steps fall below those of single precision.
        AssertClose(NumericalDerivative.Adaptive(x => (double)MathF.Sin((float)x) + x, 1.0), Math.Cos(1) + 1, 1e-4);
        AssertClose(NumericalDerivative.Adaptive(x => Math.Sin((float)x), 0.7), Math.Cos(0.7), 1e-4);
    }

    [Fact]
    public void A_bisection_to_1e_6_is_noticed()
    {
        static double Root(double x)
        {
            double low = 0, high = 3;
            while (high - low > 1e-6)
            {
                double middle = (low + high) / 2;
                if (middle * middle * middle + middle < x) low = middle;
                else high = middle;
            }

            return (low + high) / 2;
        }

        AssertClose(NumericalDerivative.Adaptive(Root, 2.0), 0.25, 1e-3);
    }

    private static void AssertClose(DerivativeEstimate<double> estimate, double exact, double tolerance)
    {
        Assert.Equal(exact, estimate.Value, tolerance);
        Assert.True(Math.Abs(estimate.Value - exact) <= estimate.Error, $"{estimate}, exact {exact}");
        Assert.True(estimate.Error <= 100 * tolerance, $"{estimate}");
    }

    [Fact]
    public void Naive_log_cosh_is_covered_at_two_thousand_points()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 2000; trial++)
        {
            double x = Math.Pow(10, 4 * random.NextDouble() - 3.5);
            AssertHonest(NumericalDerivative.Adaptive(v => Math.Log(Math.Cosh(v)), x), Math.Tanh(x), $"log cosh at {x}");
            AssertHonest(NumericalDerivative.Adaptive(v => 1 - Math.Cos(v), x), Math.Sin(x), $"1 - cos at {x}");
            AssertHonest(NumericalDerivative.Adaptive(v => Math.Log(1 + Math.Exp(v)), -10 * x), 1 / (1 + Math.Exp(10 * x)), $"softplus at {-10 * x}");
        }
    }

    [Theory]
    [InlineData(1e-10)]
    [InlineData(1e-12)]
    [InlineData(1e-8)]
    [InlineData(1e-6)]
    [InlineData(1e-3)]
    public void Near_a_bound_a_derivative_is_as_accurate_as_far_from_it(double x)
    {
        double[] lower = [0], upper = [1];
        DifferentiationOptions<double> bounded = Adaptive with { LowerBounds = lower, UpperBounds = upper };
        foreach (var (function, exact) in new (Func<double, double>, double)[]
        {
            (Math.Log, 1 / x), (Math.Sqrt, 0.5 / Math.Sqrt(x)), (v => v * Math.Log(v), 1 + Math.Log(x)), (Math.Exp, Math.Exp(x)),
        })
        {
            DerivativeEstimate<double> estimate = NumericalDerivative.Estimate(Inside(function), x, bounded);
            Assert.Equal(exact, estimate.Value, 1e-9 * Math.Abs(exact));
            Assert.True(Math.Abs(estimate.Value - exact) <= estimate.Error, $"{estimate}, exact {exact}");
            Assert.Equal(DifferentiationStatus.Completed, estimate.Status);
        }

        // Also where the bound is x itself: the scale of x is looked at on every path.
        double[] itself = [x];
        DerivativeEstimate<double> at = NumericalDerivative.Estimate(Math.Log, x, Adaptive with { LowerBounds = itself, UpperBounds = upper });
        AssertHonest(at, 1 / x, $"log at its bound {x}");
        Assert.Equal(1 / x, at.Value, 1e-4 / x);

        var check = GradientCheck.Compare(p => -Math.Log(p[0]), new[] { x }, [-1 / x], new() { Differentiation = new() { LowerBounds = lower, UpperBounds = upper } });
        Assert.True(check.Passed, check.ToString());
    }

    private static Func<double, double> Inside(Func<double, double> function) =>
        v => v is < 0 or > 1 ? throw new InvalidOperationException($"{v} is out of bounds") : function(v);

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-10)]
    [InlineData(1e-3)]
    public void The_bounded_Hessian_and_Jacobian_of_log_are_right(double x)
    {
        double[] lower = [0, 0], upper = [1, 1], point = [x, x], hessian = new double[4], errors = new double[4];
        DifferentiationOptions<double> bounded = Adaptive with { LowerBounds = lower, UpperBounds = upper };
        NumericalHessian.Compute(ref _logs, point, hessian, errors, bounded);
        double[] exact = [-1 / (x * x), 0, 0, -1 / (x * x)];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(exact[i], hessian[i], 1e-6 / (x * x));
            Assert.True(Math.Abs(exact[i] - hessian[i]) <= errors[i], $"{i}: {hessian[i]} +- {errors[i]}, exact {exact[i]}");
        }

        double[] jacobian = new double[4];
        var report = NumericalJacobian.Compute(ref _logs, point, 2, jacobian, errors, bounded);
        Assert.Equal(DifferentiationStatus.Completed, report.Status);
        double[] slopes = [1 / x, 1 / x, 1 / x, 2 / x];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(slopes[i], jacobian[i], 1e-9 / x);
            Assert.True(Math.Abs(slopes[i] - jacobian[i]) <= errors[i], $"{i}: {jacobian[i]} +- {errors[i]}, exact {slopes[i]}");
        }
    }

    private static Logs _logs;

    private struct Logs : IScalarFunction<double>, IVectorFunction<double>
    {
        public readonly double Evaluate(ReadOnlySpan<double> x) => Math.Log(x[0]) + Math.Log(x[1]);

        public readonly void Evaluate(ReadOnlySpan<double> x, Span<double> values)
        {
            values[0] = Math.Log(x[0]) + Math.Log(x[1]);
            values[1] = Math.Log(x[0]) + 2 * Math.Log(x[1]);
        }
    }

    [Theory]
    [InlineData(DifferenceScheme.Central)]
    [InlineData(DifferenceScheme.Forward)]
    [InlineData(DifferenceScheme.Backward)]
    [InlineData(DifferenceScheme.FivePoint)]
    [InlineData(DifferenceScheme.Adaptive)]
    public void Steps_far_too_long_for_the_function_give_no_estimate(DifferenceScheme scheme)
    {
        DerivativeEstimate<double> estimate = NumericalDerivative.Estimate(Math.Sin, 1e10, new() { Scheme = scheme });
        Assert.Equal(DifferentiationStatus.NotConverged, estimate.Status);
        Assert.True(Math.Abs(estimate.Value - Math.Cos(1e10)) <= estimate.Error, $"{estimate}");

        // A flat place is none: the function does more over its scale than within a step.
        foreach (int power in new[] { 2, 3, 4, 6 })
        {
            estimate = NumericalDerivative.Estimate(x => Math.Pow(x, power), 0.0, new() { Scheme = scheme });
            Assert.Equal(DifferentiationStatus.Completed, estimate.Status);
            Assert.True(Math.Abs(estimate.Value) <= estimate.Error, $"{power}: {estimate}");
        }
    }

    [Theory]
    [InlineData(DifferenceScheme.Central)]
    [InlineData(DifferenceScheme.Forward)]
    [InlineData(DifferenceScheme.FivePoint)]
    public void A_fixed_scheme_measures_noise_too(DifferenceScheme scheme)
    {
        for (double x = 0.5; x < 2; x += 0.013)
        {
            DerivativeEstimate<double> estimate = NumericalDerivative.Estimate(v => MathF.Exp((float)v), x, new() { Scheme = scheme });
            AssertHonest(estimate, Math.Exp(x), $"{scheme} at {x}");
        }
    }

    [Theory]
    [InlineData(DifferenceScheme.Central)]
    [InlineData(DifferenceScheme.Forward)]
    [InlineData(DifferenceScheme.Backward)]
    [InlineData(DifferenceScheme.FivePoint)]
    [InlineData(DifferenceScheme.Adaptive)]
    public void A_fixed_coordinate_has_derivative_0(DifferenceScheme scheme)
    {
        double[] x = [0.5, 2], lower = [0, 2], upper = [1, 2], gradient = new double[2], errors = new double[2];
        DifferentiationOptions<double> options = new() { Scheme = scheme, LowerBounds = lower, UpperBounds = upper };
        Assert.Equal(DifferentiationStatus.Completed, NumericalGradient.Compute(ref _logs, x, gradient, errors, options).Status);
        Assert.Equal(2, gradient[0], 1e-6);
        Assert.Equal((0, 0), (gradient[1], errors[1]));
        NumericalGradient.Compute(ref _logs, x, gradient, options);
        Assert.Equal(0, gradient[1]);
        var batch = new BatchOfLogs();
        NumericalGradient.ComputeByBatch(ref batch, x, gradient, 8, options);
        Assert.Equal(0, gradient[1]);

        double[] jacobian = new double[4];
        Assert.Equal(DifferentiationStatus.Completed, NumericalJacobian.Compute(ref _logs, x, 2, jacobian, options).Status);
        Assert.Equal((0, 0), (jacobian[1], jacobian[3]));
        if (scheme is not (DifferenceScheme.Central or DifferenceScheme.Adaptive)) return;
        Assert.Equal(DifferentiationStatus.Completed, NumericalHessian.Compute(ref _logs, x, jacobian, options).Status);
        Assert.Equal((0, 0, 0), (jacobian[1], jacobian[2], jacobian[3]));
        Assert.Equal(-4, jacobian[0], 1e-3);
    }

    private struct BatchOfLogs : IBatchFunction<double>
    {
        public readonly void Evaluate(ReadOnlySpan<double> points, int dimension, Span<double> values)
        {
            for (int i = 0; i < values.Length; i++) values[i] = default(Logs).Evaluate(points.Slice(i * dimension, dimension));
        }
    }
}
