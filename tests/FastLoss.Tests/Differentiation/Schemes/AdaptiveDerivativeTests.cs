
namespace FastLoss.Tests.Differentiation;

public class AdaptiveDerivativeTests
{
    /// <summary>The fifteen functions that numerical differentiation is hard for, with their exact derivatives.</summary>
    public static readonly (string Name, Func<double, double> Function, double X, double Exact)[] Hard =
    [
        ("exp", Math.Exp, 1, Math.E),
        ("x^1.5", x => Math.Pow(x, 1.5), 0.1, 1.5 * Math.Sqrt(0.1)),
        ("sin(1/x)", x => Math.Sin(1 / x), 0.45, -Math.Cos(1 / 0.45) / (0.45 * 0.45)),
        ("exp(-x^2)", x => Math.Exp(-x * x), 0.5, -Math.Exp(-0.25)),
        ("x^2", x => x * x, 0, 0),
        ("1/x", x => 1 / x, 10, -0.01),
        ("sinh", Math.Sinh, 1, Math.Cosh(1)),
        ("log at 1e-3", Math.Log, 1e-3, 1e3),
        ("log at 1e-6", Math.Log, 1e-6, 1e6),
        ("x^99-1", x => Math.Pow(x, 99) - 1, 7, 99 * Math.Pow(7, 98)),
        ("sin at 1e5", Math.Sin, 1e5, Math.Cos(1e5)),
        ("asin", Math.Asin, 0.999, 1 / Math.Sqrt((1 - 0.999) * (1 + 0.999))),
        ("Runge", x => 1 / (1 + 25 * x * x), 0.3, -50 * 0.3 / Math.Pow(1 + 25 * 0.09, 2)),
        ("x exp(-x)", x => x * Math.Exp(-x), 1e-8, (1 - 1e-8) * Math.Exp(-1e-8)),
        ("sin(x)/x", x => Math.Sin(x) / x, 1e-4, -1e-4 / 3 + 1e-12 / 30),
    ];

    [Fact]
    public void Fifteen_hard_functions_are_right_to_1e_11_and_within_their_estimate()
    {
        int evaluations = 0;
        foreach (var (name, function, x, exact) in Hard)
        {
            int calls = 0;
            DerivativeEstimate<double> estimate = NumericalDerivative.Adaptive(
                v =>
                {
                    calls++;
                    return function(v);
                },
                x);

            double error = Math.Abs(estimate.Value - exact);
            Assert.True(error <= (exact == 0 ? 1e-14 : 1e-11 * Math.Abs(exact)), $"{name}: {estimate}, exact {exact}, error {error}");
            Assert.True(error <= estimate.Error, $"{name}: {estimate}, exact {exact}, error {error}");
            Assert.Equal(DifferentiationStatus.Completed, estimate.Status);
            Assert.Equal(calls, estimate.Evaluations);
            evaluations += calls;
        }

        Assert.True(evaluations <= 18 * Hard.Length, $"{evaluations / (double)Hard.Length} evaluations on average");
    }

    [Fact]
    public void Ten_thousand_random_smooth_functions_on_scales_of_1e_6_to_1e6_are_within_their_estimate()
    {
        int outside = 0, open = 0;
        long evaluations = 0;
        var example = "";
        foreach (int seed in Enumerable.Range(1, 10_000))
        {
            var random = new Random(seed);
            var function = new SmoothComposition(random);
            double x = function.Scale * (6 * random.NextDouble() - 3);

            DerivativeEstimate<double> estimate = NumericalDerivative.Adaptive(ref function, x);

            double exact = function.Derivative(x), error = Math.Abs(estimate.Value - exact);
            evaluations += estimate.Evaluations;
            if (estimate.Status != DifferentiationStatus.Completed) open++;
            // The exact derivative is itself rounded.
            if (error <= estimate.Error + 1e-13 * Math.Abs(exact) || estimate.Status != DifferentiationStatus.Completed) continue;
            outside++;
            example = $"seed {seed}: {estimate}, exact {exact}";
        }

        Assert.True(outside == 0, $"{outside} of 10,000 outside, as {example}");
        Assert.True(open <= 50, $"{open} of 10,000 did not converge");
        Assert.True(evaluations <= 185_000, $"{evaluations / 1e4} evaluations on average");
    }

    [Fact]
    public void A_known_scale_finds_features_far_narrower_than_x()
    {
        // A bump of width 1e-5 at 1000, on a plain of 1.
        static double Bump(double x) => 1 + 1 / (1 + (x - 1000) / 1e-5 * ((x - 1000) / 1e-5));
        double x = 1000 + 1e-5, exact = -0.5 / 1e-5;

        DerivativeEstimate<double> narrow = NumericalDerivative.Estimate(
            Bump, x, new() { Scheme = DifferenceScheme.Adaptive, Scale = 1e-5 });

        // x itself is rounded to 1e-13, which is 1e-8 of the width.
        Assert.Equal(exact, narrow.Value, 1e-7 * Math.Abs(exact));
        Assert.True(Math.Abs(narrow.Value - exact) <= narrow.Error, $"{narrow}");
    }

    [Fact]
    public void A_jump_does_not_converge()
    {
        var estimate = NumericalDerivative.Adaptive(x => x < 1 ? 0.0 : 1.0, 1.0);

        Assert.Equal(DifferentiationStatus.NotConverged, estimate.Status);
        Assert.True(estimate.Error > 0.5 * Math.Abs(estimate.Value), $"{estimate}");
    }

    [Fact]
    public void Long_steps_do_not_reach_over_distant_kinks()
    {
        // Flat for a distance, in float: rounding invites steps that leave the plain.
        for (float edge = 0.1f; edge < 8; edge *= 1.13f)
        {
            var estimate = NumericalDerivative.Adaptive(x => 1.6f + 0.01f * MathF.Max(0, x - edge) + 1e-3f * x, 0f);
            Assert.True(MathF.Abs(estimate.Value - 1e-3f) <= estimate.Error, $"{edge}: {estimate}");
        }
    }

    [Fact]
    public void Declared_noise_widens_the_estimate_so_that_it_covers()
    {
        var random = new Random(1);
        int covered = 0;
        for (int trial = 0; trial < 500; trial++)
        {
            double x = 4 * random.NextDouble() - 2;
            var estimate = NumericalDerivative.Estimate(
                v => Math.Exp(v) * (1 + 1e-6 * (2 * random.NextDouble() - 1)),
                x,
                new() { Scheme = DifferenceScheme.Adaptive, Noise = 1e-6 });
            double error = Math.Abs(estimate.Value - Math.Exp(x));
            if (error <= estimate.Error) covered++;
            Assert.True(error <= 1e-3 * Math.Exp(x), $"{estimate}");
        }

        Assert.True(covered >= 495, $"{covered} of 500 covered");
    }

    [Fact]
    public void A_function_that_is_never_finite_beside_the_point_gives_NaN()
    {
        var estimate = NumericalDerivative.Adaptive(x => x == 2 ? 1 : double.NaN, 2.0);

        Assert.Equal(DifferentiationStatus.NonFinite, estimate.Status);
        Assert.Equal(double.NaN, estimate.Value);
        Assert.Equal(double.PositiveInfinity, estimate.Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    public void At_a_bound_differences_are_one_sided(double x)
    {
        static double Function(double v) => v < 0 ? throw new InvalidOperationException("below the bound") : Math.Exp(v);

        var estimate = NumericalDerivative.Estimate(
            Function, x, new() { Scheme = DifferenceScheme.Adaptive, LowerBounds = [0.0] });

        Assert.Equal(Math.Exp(x), estimate.Value, 1e-11);
        Assert.True(Math.Abs(estimate.Value - Math.Exp(x)) <= estimate.Error, $"{estimate}");

        estimate = NumericalDerivative.Estimate(
            v => Function(-v), -x, new() { Scheme = DifferenceScheme.Adaptive, UpperBounds = [0.0] });
        Assert.Equal(-Math.Exp(x), estimate.Value, 1e-11);
    }

    [Fact]
    public void Near_a_bound_the_steps_stay_inside()
    {
        foreach (double distance in new[] { 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-7 })
        {
            double x = 2 - distance;
            var estimate = NumericalDerivative.Estimate(
                v => v > 2 ? throw new InvalidOperationException("above the bound") : Math.Sin(v),
                x,
                new() { Scheme = DifferenceScheme.Adaptive, LowerBounds = [-100], UpperBounds = [2] });

            Assert.True(Math.Abs(estimate.Value - Math.Cos(x)) <= Math.Min(estimate.Error, 1e-10), $"{distance}: {estimate}");
        }
    }

    [Fact]
    public void Float_functions_converge_to_floats_precision()
    {
        var estimate = NumericalDerivative.Adaptive(MathF.Exp, 1f);

        Assert.Equal(MathF.E, estimate.Value, 1e-5f);
        Assert.True(MathF.Abs(estimate.Value - MathF.E) <= estimate.Error, $"{estimate}");
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var function = new TextbookParabola<double>();
        double sum = 0;
        DifferentiationAllocation.AssertNone(() => sum += NumericalDerivative.Adaptive(ref function, 5.0).Value
            + NumericalDerivative.Adaptive(Math.Log, 1e-6).Value);
        Assert.True(double.IsFinite(sum));
    }
}
