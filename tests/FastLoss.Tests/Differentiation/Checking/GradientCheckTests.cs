namespace FastLoss.Tests.Differentiation;

public class GradientCheckTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(1000)]
    public void A_right_gradient_passes_and_any_wrong_element_fails(int n)
    {
        var random = new Random(n);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => 4 * random.NextDouble() - 2)], before = [.. x], gradient = new double[n];
        var function = new Rosenbrock();
        function.Evaluate(x, gradient);
        function.Evaluations = 0;

        var report = GradientCheck.Compare(ref function, x, gradient);
        Assert.True(report.Passed, report.ToString());
        report.ThrowIfFailed();
        Assert.Equal(n, report.Elements.Count);
        Assert.Equal(function.Evaluations, report.Evaluations);
        Assert.InRange(report.Evaluations, n, 30 * n);
        Assert.Equal("", report.Suspicion);
        Assert.Equal(before, x);

        int wrong = random.Next(n);
        foreach (double change in new[] { 1e-5, -1.0, 1e3 })
        {
            double[] broken = [.. gradient];
            broken[wrong] += change * Math.Max(1, Math.Abs(broken[wrong]));
            report = GradientCheck.Compare(ref function, x, broken);
            Assert.False(report.Passed);
            Assert.Equal(1, report.Count(GradientVerdict.Fail));
            Assert.Equal(wrong, report.Worst!.Value.Index);
            Assert.Equal(gradient[wrong], report.Worst.Value.Numerical, 1e-8 * Math.Max(1, Math.Abs(gradient[wrong])));
            var error = Assert.Throws<GradientCheckException>(report.ThrowIfFailed);
            Assert.Same(report, error.Report);
            Assert.Contains("FAILED", error.Message, StringComparison.Ordinal);
            Assert.Contains($"{wrong}", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1, "sign")]
    [InlineData(2, "factor of 2")]
    [InlineData(0.5, "factor of 2")]
    [InlineData(0, "missing term")]
    [InlineData(37, "37 times")]
    public void The_report_says_what_to_suspect(double factor, string suspicion)
    {
        double[] x = [0.3, -1.2, 1.7, 0.4], gradient = new double[4];
        var function = new Rosenbrock();
        function.Evaluate(x, gradient);
        double[] broken = [.. gradient.Select(g => factor * g)];

        var report = GradientCheck.Compare(ref function, x, broken);

        Assert.Contains(suspicion, report.Suspicion, StringComparison.Ordinal);
        Assert.Contains("Suspect: ", report.ToString(), StringComparison.Ordinal);

        report = GradientCheck.Compare(ref function, x, [gradient[0], 2 * gradient[1], 2 * gradient[2], gradient[3]]);
        Assert.Contains("1..2", report.Suspicion, StringComparison.Ordinal);
    }

    private static GradientVerdict Verdict(Func<double, double> function, double x, double analytic, GradientCheckOptions<double> options = default) =>
        GradientCheck.Compare(p => function(p[0]), new[] { x }, [analytic], options).Elements[0].Verdict;

    [Fact]
    public void At_a_kink_any_subgradient_passes_and_nothing_else()
    {
        foreach (double offset in new[] { 0.0, 3.0, -1000.0 })
        {
            double Relu(double x) => offset + Math.Max(0, x);
            double Abs(double x) => offset + Math.Abs(x);
            double Dip(double x) => offset - 2 * Math.Abs(x) + 0.1 * x * x + x;   // slopes 3 and -1
            foreach (double a in new[] { 0, 0.25, 0.5, 1 }) Assert.Equal(GradientVerdict.KinkSubgradientOk, Verdict(Relu, 0, a));
            foreach (double a in new[] { -0.01, 1.01, 2, -5 }) Assert.Equal(GradientVerdict.KinkFail, Verdict(Relu, 0, a));
            foreach (double a in new[] { -1, -0.3, 0, 1 }) Assert.Equal(GradientVerdict.KinkSubgradientOk, Verdict(Abs, 0, a));
            foreach (double a in new[] { -1.01, 1.01 }) Assert.Equal(GradientVerdict.KinkFail, Verdict(Abs, 0, a));
            foreach (double a in new[] { -1, 1, 3 }) Assert.Equal(GradientVerdict.KinkSubgradientOk, Verdict(Dip, 0, a));
            foreach (double a in new[] { -1.01, 3.01 }) Assert.Equal(GradientVerdict.KinkFail, Verdict(Dip, 0, a));
        }
    }

    [Theory]
    [InlineData(1e-1)]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-7)]
    public void A_kink_near_the_point_is_not_one_at_it(double distance)
    {
        static double Relu(double x) => Math.Max(0, x);
        Assert.Equal(GradientVerdict.Pass, Verdict(Relu, distance, 1));
        Assert.Equal(GradientVerdict.Pass, Verdict(Relu, -distance, 0));
        Assert.Equal(GradientVerdict.Fail, Verdict(Relu, distance, 0.5));
        Assert.Equal(GradientVerdict.Fail, Verdict(Relu, -distance, 1));
        Assert.Equal(GradientVerdict.Pass, Verdict(x => Math.Abs(x) * (1 + x), distance, 1 + 2 * distance));
    }

    [Fact]
    public void Curvature_is_no_kink()
    {
        Assert.Equal(GradientVerdict.Pass, Verdict(x => x * x, 0, 0));
        Assert.Equal(GradientVerdict.Pass, Verdict(x => 1e6 * x * x, 0, 0));
        Assert.Equal(GradientVerdict.Pass, Verdict(x => 1e6 * x * x + x, 0, 1));
        Assert.Equal(GradientVerdict.Pass, Verdict(x => Math.Pow(Math.Abs(x), 1.75), 0, 0));
        Assert.Equal(GradientVerdict.Pass, Verdict(x => Math.Abs(x) < 1 ? 0.5 * x * x : Math.Abs(x) - 0.5, 1, 1));   // Huber's joint
        Assert.Equal(GradientVerdict.Pass, Verdict(Math.Exp, 3, Math.Exp(3)));
        Assert.Equal(GradientVerdict.Pass, Verdict(Math.Log, 1e-6, 1e6));
        Assert.Equal(GradientVerdict.Pass, Verdict(x => Math.Sin(1e3 * x), 0.1, 1e3 * Math.Cos(100)));
    }

    [Fact]
    public void Jumps_and_infinite_slopes_are_unbounded()
    {
        Assert.Equal(GradientVerdict.Unbounded, Verdict(x => x < 0 ? 0 : 1, 0, 0));
        Assert.Equal(GradientVerdict.Unbounded, Verdict(x => x <= 2 ? x : x + 1e-3, 2, 1));
        Assert.Equal(GradientVerdict.Unbounded, Verdict(Math.Cbrt, 0, 1));
        Assert.Equal(GradientVerdict.Unbounded, Verdict(x => Math.Sqrt(Math.Abs(x)), 0, 0));
        Assert.Contains("jumps", GradientCheck.Compare(p => p[0] < 0 ? 0.0 : 1, new[] { 0.0 }, [0.0]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_not_finite_are_named()
    {
        Assert.Equal(GradientVerdict.NonFinite, Verdict(Math.Log, -1, 1));
        Assert.Equal(GradientVerdict.NonFinite, Verdict(Math.Exp, 1, double.NaN));
        Assert.Equal(GradientVerdict.NonFinite, Verdict(Math.Exp, 1, double.PositiveInfinity));
        Assert.Equal(GradientVerdict.NonFinite, Verdict(x => x == 1 ? 1 : double.NaN, 1, 1));
    }

    [Fact]
    public void Random_functions_are_found_out()
    {
        var random = new Random(1);
        var report = GradientCheck.Compare(p => p[0] * (1 + 0.1 * random.NextDouble()) + p[1], new[] { 1.0, 2 }, [1.0, 1]);
        Assert.Equal(2, report.Count(GradientVerdict.NonDeterministic));
        Assert.Contains("dropout", report.Suspicion, StringComparison.Ordinal);

        var search = GradientCheck.Search(p => p[0] * (1 + 0.1 * random.NextDouble()) + p[1], new[] { 1.0, 2 }, [1.0, 1]);
        Assert.Equal(GradientVerdict.NonDeterministic, search.Worst!.Value.Verdict);

        GradientCheckOptions<double> declared = new() { Differentiation = new() { Noise = 1e-6 } };
        double Noisy(ReadOnlySpan<double> p) => (Math.Exp(p[0]) + p[1]) * (1 + 1e-6 * (random.NextDouble() - 0.5));
        Assert.True(GradientCheck.Compare(Noisy, new[] { 1.0, 2 }, [Math.E, 1.0], declared).Passed);
        Assert.False(GradientCheck.Compare(Noisy, new[] { 1.0, 2 }, [2 * Math.E, 1.0], declared).Passed);
    }

    [Fact]
    public void Noise_of_lower_precision_inside_is_measured_not_mistaken_for_kinks()
    {
        // Steps that single precision cannot take.
        static double Single(double x) => MathF.Exp((float)x) + MathF.Sin(3 * (float)x);
        for (double x = -1; x <= 1; x += 0.0913)
        {
            double exact = Math.Exp(x) + 3 * Math.Cos(3 * x);
            var report = GradientCheck.Compare(p => Single(p[0]), new[] { x }, [exact]);
            Assert.True(report.Elements[0].Verdict is GradientVerdict.Pass or GradientVerdict.Inconclusive, report.ToString());
        }

        static double Rounded(double x) => Math.Round(Math.Exp(x), 7);
        for (double x = -1; x <= 1; x += 0.0913)
        {
            var report = GradientCheck.Compare(p => Rounded(p[0]), new[] { x }, [Math.Exp(x)]);
            Assert.True(report.Elements[0].Verdict is GradientVerdict.Pass or GradientVerdict.Inconclusive, report.ToString());
            Assert.Equal(GradientVerdict.Fail, Verdict(Rounded, x, 1.5 * Math.Exp(x)));
        }
    }

    [Fact]
    public void An_uncertain_derivative_is_inconclusive_not_passed()
    {
        // The slope 1e-9 drowns in the rounding of 1e9.
        var report = GradientCheck.Compare(p => 1e9 + 1e-9 * p[0], new[] { 1.0 }, [1e-9]);
        Assert.Equal(GradientVerdict.Inconclusive, report.Elements[0].Verdict);
        Assert.False(report.Passed);
    }

    [Fact]
    public void Bounds_make_the_check_one_sided()
    {
        static double Root(ReadOnlySpan<double> p) => p[0] < 0 ? throw new InvalidOperationException("below the bound") : Math.Exp(p[0]) + p[1];
        GradientCheckOptions<double> options = new() { Differentiation = new() { LowerBounds = [0.0, double.NegativeInfinity] } };

        Assert.True(GradientCheck.Compare(Root, new[] { 0.0, 1 }, [1.0, 1], options).Passed);
        Assert.False(GradientCheck.Compare(Root, new[] { 0.0, 1 }, [1.001, 1], options).Passed);
        Assert.True(GradientCheck.Search(Root, new[] { 0.0, 1 }, [1.0, 1], options).Passed);
        var search = GradientCheck.Search(Root, new[] { 0.0, 1 }, [1.5, 1], options);
        Assert.Equal(0, search.Worst!.Value.Index);
    }

    [Fact]
    public void Float_gradients_are_checked_with_float_tolerances()
    {
        static float Function(ReadOnlySpan<float> p) => MathF.Exp(p[0]) + p[0] * p[1] + MathF.Max(0, p[2]);
        float[] x = [0.5f, -1.5f, 0];
        float[] gradient = [MathF.Exp(0.5f) - 1.5f, 0.5f, 1];

        var report = GradientCheck.Compare(Function, x, gradient);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(GradientVerdict.KinkSubgradientOk, report.Elements[2].Verdict);
        gradient[1] = 0.52f;
        gradient[2] = 1.5f;
        report = GradientCheck.Compare(Function, x, gradient);
        Assert.Equal(GradientVerdict.Fail, report.Elements[1].Verdict);
        Assert.Equal(GradientVerdict.KinkFail, report.Elements[2].Verdict);
    }

    [Fact]
    public void A_kink_that_float_cannot_get_past_does_not_fail_a_right_gradient()
    {
        // Of slope 0.004 at 1e-3: at steps of that length the rounding of 5 is as large.
        static float Function(ReadOnlySpan<float> p) => 5 + p[0] + 0.004f * MathF.Max(0, p[0] - 1e-3f);
        // The right slope, 1, is known to a quarter of a percent, which the report says.
        GradientCheckReport report = GradientCheck.Compare(Function, new[] { 0f }, [1f]);
        Assert.True(report.Elements[0].Verdict is GradientVerdict.Pass or GradientVerdict.Inconclusive, report.ToString());
        Assert.Equal(GradientVerdict.Fail, GradientCheck.Compare(Function, new[] { 0f }, [1.5f]).Elements[0].Verdict);
    }

    [Fact]
    public void A_sample_checks_only_the_indices_asked_for()
    {
        double[] x = [1, 2, 3], gradient = [2, 0, 6];
        var function = new SumOfSquares<double>();
        var report = GradientCheck.Compare(ref function, x, gradient, new() { Indices = [2, 0] });
        Assert.True(report.Passed);
        Assert.Equal([2, 0], report.Elements.Select(e => e.Index));
    }

    [Fact]
    public void A_coordinate_function_is_checked_by_its_own_differences()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 30).Select(_ => 2 * random.NextDouble() - 1)];
        var function = RowFunction.Random(50, 30, 4);
        double[] gradient = function.Gradient(x);
        var report = GradientCheck.CompareByCoordinate(ref function, x, gradient);
        Assert.True(report.Passed, report.ToString());
        gradient[7] *= 1.00001;
        report = GradientCheck.CompareByCoordinate(ref function, x, gradient);
        Assert.Equal([7], report.Elements.Where(e => !e.Passed).Select(e => e.Index));
    }

    /// <summary>sum of c_i tanh(x_i) and a term that mixes all of them.</summary>
    private struct Wide(double[] c) : IScalarFunction<double>
    {
        public int Evaluations;

        public double Evaluate(ReadOnlySpan<double> x)
        {
            Evaluations++;
            double sum = 0, mixed = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double t = x[i] / (1 + x[i] * x[i]);
                sum += c[i] * t;
                mixed += x[i];
            }

            return sum + Math.Sin(mixed / Math.Sqrt(x.Length));
        }

        public readonly double[] Gradient(double[] x)
        {
            double mixed = Math.Cos(x.Sum() / Math.Sqrt(x.Length)) / Math.Sqrt(x.Length);
            return [.. x.Zip(c, (v, weight) => weight * (1 - v * v) / ((1 + v * v) * (1 + v * v)) + mixed)];
        }
    }

    [Fact]
    public void A_search_finds_one_wrong_weight_among_a_million_in_under_100_evaluations()
    {
        const int n = 1_000_000;
        var random = new Random(5);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => 2 * random.NextDouble() - 1)];
        double[] c = [.. Enumerable.Range(0, n).Select(_ => 2 * random.NextDouble() - 1)];
        var function = new Wide(c);
        double[] gradient = function.Gradient(x);

        var report = GradientCheck.Search(ref function, x, gradient);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(2, report.Directions.Count);
        Assert.InRange(function.Evaluations, 1, 75);

        foreach (int wrong in new[] { 0, 314_159, n - 1 })
        {
            double right = gradient[wrong];
            gradient[wrong] = -right;
            function.Evaluations = 0;
            report = GradientCheck.Search(ref function, x, gradient, new() { Seed = wrong });
            gradient[wrong] = right;

            Assert.False(report.Passed);
            Assert.True(report.Elements is [{ Verdict: GradientVerdict.Fail }] && report.Elements[0].Index == wrong, report.ToString());
            Assert.Equal(right, report.Elements[0].Numerical, 1e-6);
            Assert.InRange(function.Evaluations, 1, 99);
            Assert.Equal(function.Evaluations, report.Evaluations);
        }
    }

    [Fact]
    public void A_search_finds_a_wrong_element_of_any_small_gradient()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            int n = random.Next(1, 40);
            double[] x = [.. Enumerable.Range(0, n).Select(_ => 4 * random.NextDouble() - 2)], before = [.. x];
            var function = RowFunction.Random(5, n, seed);
            double[] gradient = function.Gradient(x);
            var report = GradientCheck.Search(ref function, x, gradient, new() { Seed = seed });
            Assert.True(report.Passed, report.ToString());

            int wrong = random.Next(n);
            gradient[wrong] += 0.01;
            report = GradientCheck.Search(ref function, x, gradient, new() { Seed = seed });
            Assert.True(!report.Passed && report.Worst!.Value.Index == wrong, $"{wrong}: {report}");
            Assert.Equal(before, x);
        }
    }

    [Fact]
    public void A_report_reads_well()
    {
        var report = GradientCheck.Compare(
            p => p[0] * p[0] + Math.Abs(p[1]) + p[2], new[] { 3.0, 0, 1 }, [6.0, 2, -1]);

        string text = report.ToString();
        Assert.Contains("FAILED: 3 elements, 1 Pass, 1 Fail, 1 KinkFail", text, StringComparison.Ordinal);
        Assert.Contains("slopes -1 below, 1 above", text, StringComparison.Ordinal);
        Assert.Contains("sign", text, StringComparison.Ordinal);
        Assert.DoesNotContain("more)", text, StringComparison.Ordinal);
        Assert.Contains("(2 more)", report.ToString(1), StringComparison.Ordinal);
        Assert.Equal(GradientVerdict.KinkFail, report.Worst!.Value.Verdict);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var function = new SumOfSquares<double>();
        double[] x = [1, 2];
        Assert.Throws<ArgumentException>(() => GradientCheck.Compare(ref function, x, [1.0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Compare(ref function, x, [2.0, 4], new() { Indices = [2] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Compare(ref function, x, [2.0, 4], new() { RelativeTolerance = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Search(ref function, x, [2.0, 4], new() { Indices = [1] }));
        Assert.Throws<ArgumentException>(() => GradientCheck.Search(ref function, x, x));
        Assert.Equal(0, function.Evaluations);
        Assert.True(GradientCheck.Compare(ref function, Span<double>.Empty, []).Passed);
    }
}
