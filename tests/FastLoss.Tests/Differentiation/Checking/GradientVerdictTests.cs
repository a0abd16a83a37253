namespace FastLoss.Tests.Differentiation;

/// <summary>What a gradient check must not say: that a right gradient fails, that a wrong one passes, or more than it knows.</summary>
public class GradientVerdictTests
{
    private static GradientCheckReport Check(Func<double, double> function, double x, double gradient, GradientCheckOptions<double> options = default) =>
        GradientCheck.Compare(p => function(p[0]), new[] { x }, [gradient], options);

    [Fact]
    public void Right_gradients_of_naive_losses_do_not_fail()
    {
        var random = new Random(2);
        int undecided = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            double x = Math.Pow(10, 3 * random.NextDouble() - 3.3), far = 40 * random.NextDouble() - 30;
            foreach (var (function, at, exact) in new (Func<double, double>, double, double)[]
            {
                (v => Math.Log(Math.Cosh(v)), x, Math.Tanh(x)), (v => 1 - Math.Cos(v), x, Math.Sin(x)), (v => Math.Log(1 + Math.Exp(v)), far, 1 / (1 + Math.Exp(-far))),
            })
            {
                GradientCheckReport report = Check(function, at, exact);
                Assert.True(report.Elements[0].Verdict is GradientVerdict.Pass or GradientVerdict.Inconclusive, $"at {at}: {report}");
                if (!report.Passed) undecided++;
            }
        }

        Assert.True(undecided <= 600, $"{undecided} of 6,000");
        Assert.Equal(GradientVerdict.Pass, Check(v => Math.Log(Math.Cosh(v)), 0.002, Math.Tanh(0.002)).Elements[0].Verdict);
    }

    [Fact]
    public void An_all_zero_gradient_can_pass_and_only_where_it_is_right()
    {
        foreach (var (name, function, x) in new (string, Func<double, double>, double)[]
        {
            ("a constant", _ => 5, 1), ("zero", _ => 0, 1), ("a large constant", _ => 1e9, 1), ("a dead relu", v => Math.Max(0, v), -0.1),
            ("a dead relu far off", v => 3 + Math.Max(0, v), -2), ("a dead relu nearby", v => Math.Max(0, v), -1e-4),
            ("(1-x)+^2", v => Math.Pow(Math.Max(0, 1 - v), 2), 1), ("x^4", v => v * v * v * v, 0), ("x^3", v => v * v * v, 0), ("cos", Math.Cos, 0),
        })
        {
            GradientCheckReport report = Check(function, x, 0);
            Assert.True(report.Passed, $"{name}: {report}");
            Assert.False(Check(function, x, 0.1).Passed, name);
            Assert.False(Check(v => function(v) + 1e-3 * v, x, 0).Passed, name);
        }

        double[] point = [1, 2, -3];
        Assert.True(GradientCheck.Compare(_ => 7.0, point, [0.0, 0, 0]).Passed);
        Assert.True(GradientCheck.Search(_ => 7.0, point, [0.0, 0, 0]).Passed);
        Assert.False(GradientCheck.Search(p => 7.0 + p[1], point, [0.0, 0, 0]).Passed);
    }

    [Fact]
    public void Large_gradients_are_compared_not_overflowed()
    {
        foreach (double size in new[] { 1e150, 1e155, 1e200, 1e300 })
        {
            double Function(ReadOnlySpan<double> p) => size * (p[0] * p[0] + p[1]);
            double[] x = [1, 1];
            Assert.True(GradientCheck.Compare(Function, x, [2 * size, size]).Passed, $"{size}");
            Assert.False(GradientCheck.Compare(Function, x, [4 * size, size]).Passed, $"{size}");
            Assert.False(GradientCheck.Compare(Function, x, [4 * size, 2 * size]).Passed, $"{size}");
            Assert.True(GradientCheck.Search(Function, x, [2 * size, size]).Passed, $"{size}");
            Assert.False(GradientCheck.Search(Function, x, [4 * size, 2 * size]).Passed, $"{size}");
        }

        float[] point = [1f];
        Assert.False(GradientCheck.Compare(p => 1e25f * p[0] * p[0], point, [4e25f]).Passed);
        Assert.True(GradientCheck.Compare(p => 1e25f * p[0] * p[0], point, [2e25f]).Passed);
    }

    [Fact]
    public void Coarse_stairs_are_inconclusive()
    {
        for (double x = -1; x <= 1; x += 0.0317)
        {
            GradientVerdict verdict = Check(v => Math.Round(Math.Exp(v), 3), x, Math.Exp(x)).Elements[0].Verdict;
            Assert.Equal(GradientVerdict.Inconclusive, verdict);
        }
    }

    [Fact]
    public void The_report_states_its_loosest_tolerance()
    {
        // The third element is known to single precision only.
        GradientCheckReport report = GradientCheck.Compare(p => p[0] * p[0] + p[1] + MathF.Sin((float)p[2]), new[] { 3.0, 0, 1 }, [6.0, 1, Math.Cos(1)]);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(2, report.Loosest!.Value.Index);
        Assert.InRange(report.Loosest.Value.RelativeTolerance, 1e-6, 1.0 / 64);
        Assert.Contains("Loosest: element 2 passed within", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("passed as 0 within", Check(_ => 5, 1, 0).ToString(), StringComparison.Ordinal);
        Assert.Null(Check(Math.Exp, 1, 1).Loosest);
        // No tolerance above 1/64 of a value passes.
        Assert.All(report.Elements, e => Assert.True(e.RelativeTolerance < 1.0 / 32));
    }

    [Fact]
    public void One_failed_element_is_no_constant_factor()
    {
        double[] x = [1, 2, 3], right = [2, 4, 6];
        var function = new SumOfSquares<double>();
        Assert.DoesNotContain("factor", GradientCheck.Compare(ref function, x, [2 * 3.7, 4, 6]).Suspicion, StringComparison.Ordinal);
        Assert.Contains("constant factor", GradientCheck.Compare(ref function, x, [2 * 3.7, 4 * 3.7, 6]).Suspicion, StringComparison.Ordinal);
        Assert.Contains("the failed element is -1", GradientCheck.Compare(ref function, x, [-2.0, 4, 6]).Suspicion, StringComparison.Ordinal);
        Assert.True(GradientCheck.Compare(ref function, x, right).Passed);
    }

    [Fact]
    public void An_absolute_tolerance_is_what_two_values_may_differ_by()
    {
        Assert.False(Check(Math.Exp, 0, 1.001).Passed);
        Assert.True(Check(Math.Exp, 0, 1.001, new() { AbsoluteTolerance = 2e-3 }).Passed);
        Assert.False(Check(Math.Exp, 0, 1.003, new() { AbsoluteTolerance = 2e-3 }).Passed);
        Assert.Throws<ArgumentOutOfRangeException>(() => Check(Math.Exp, 0, 1, new() { AbsoluteTolerance = -1 }));
        // The derivative that rounding hides is 0 for all who can live with 1e-3.
        Assert.True(Check(v => 1e9 + 1e-9 * v, 1, 1e-9, new() { AbsoluteTolerance = 1e-3 }).Passed);
    }

    /// <summary>(x0 x1, exp(x0), x1^2 + |x2|).</summary>
    private static void Outputs(ReadOnlySpan<double> x, Span<double> y) =>
        (y[0], y[1], y[2]) = (x[0] * x[1], Math.Exp(x[0]), x[1] * x[1] + Math.Abs(x[2]));

    [Fact]
    public void Jacobians_and_vector_Jacobian_products_are_checked()
    {
        double[] x = [0.5, -1.5, 0], before = [.. x];
        double[] jacobian = [-1.5, 0.5, 0, Math.Exp(0.5), 0, 0, 0, -3, 0.25];
        GradientCheckReport report = GradientCheck.CompareJacobian(Outputs, x, 3, jacobian);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(Enumerable.Range(0, 9), report.Elements.Select(e => e.Index));
        Assert.Equal(GradientVerdict.KinkSubgradientOk, report.Elements[8].Verdict);
        for (int i = 0; i < 9; i++)
        {
            double[] wrong = [.. jacobian];
            wrong[i] += 1.5;
            report = GradientCheck.CompareJacobian(Outputs, x, 3, wrong);
            Assert.Equal([i], report.Elements.Where(e => !e.Passed).Select(e => e.Index));
            Assert.Equal([i], GradientCheck.CompareJacobian(Outputs, x, 3, wrong, new() { Indices = [i, (i + 1) % 9] }).Elements.Where(e => !e.Passed).Select(e => e.Index));
        }

        double[] vector = [2, -1, 3];
        double[] product = [2 * -1.5 - Math.Exp(0.5), 2 * 0.5 + 3 * -3, 3 * 0.25];
        report = GradientCheck.CompareVectorJacobian(Outputs, x, vector, product);
        Assert.True(report.Passed, report.ToString());
        product[1] += 1e-3;
        Assert.Equal(1, GradientCheck.CompareVectorJacobian(Outputs, x, vector, product).Worst!.Value.Index);
        Assert.Equal(before, x);

        Assert.Throws<ArgumentException>(() => GradientCheck.CompareJacobian(Outputs, x, 2, jacobian));
        Assert.Throws<ArgumentException>(() => GradientCheck.CompareVectorJacobian(Outputs, x, vector, [1.0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.CompareJacobian(Outputs, x, 3, jacobian, new() { Indices = [9] }));
        Assert.True(GradientCheck.CompareJacobian(Outputs, x, 0, []).Passed);
    }
}
