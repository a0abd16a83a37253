namespace FastLoss.Tests.Differentiation;

public class NumericalGradientTests
{
    [Theory]
    [InlineData(3, 4, 6, 8)]
    [InlineData(0, 2, 0, 4)]
    [InlineData(3, 0, 6, 0)]
    public void Sum_of_two_squares(double x0, double x1, double g0, double g1)
    {
        double[] x = [x0, x1], gradient = new double[2];
        var function = new SumOfSquares<double>();

        var report = NumericalGradient.Compute(ref function, x, gradient);

        Assert.Equal(g0, gradient[0], 1e-9);
        Assert.Equal(g1, gradient[1], 1e-9);
        Assert.Equal([x0, x1], x);
        Assert.Equal(new DifferentiationReport(4, DifferentiationStatus.Completed, -1, double.NaN), report);
        Assert.Equal(4, function.Evaluations);

        NumericalGradient.Compute(p => p[0] * p[0] + p[1] * p[1], x, gradient);
        Assert.Equal(g0, gradient[0], 1e-9);
        Assert.Equal(g1, gradient[1], 1e-9);

        NumericalGradient.Compute(ref function, x, gradient, new() { Step = 1e-4 });
        Assert.Equal(g0, gradient[0], 1e-9);
        Assert.Equal(g1, gradient[1], 1e-9);

        Assert.Equal(g1, NumericalGradient.Partial(ref function, x, 1), 1e-9);
        Assert.Equal(g0, NumericalGradient.Partial(p => p[0] * p[0] + p[1] * p[1], x, 0), 1e-9);
    }

    [Fact]
    public void Forward_differences_evaluate_the_point_once()
    {
        double[] x = [1, 2, 3], gradient = new double[3];
        var function = new SumOfSquares<double>();

        var report = NumericalGradient.Compute(ref function, x, gradient, new() { Scheme = DifferenceScheme.Forward });

        Assert.Equal(4, report.Evaluations);
        Assert.Equal(4, function.Evaluations);
        for (int i = 0; i < 3; i++) Assert.Equal(2 * x[i], gradient[i], 1e-6);
    }

    [Fact]
    public void Float_functions_get_float_steps()
    {
        float[] x = [3, 4], gradient = new float[2];
        var function = new SumOfSquares<float>();

        NumericalGradient.Compute(ref function, x, gradient);

        Assert.Equal(6, gradient[0], 2e-3f);
        Assert.Equal(8, gradient[1], 2e-3f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_point_is_restored_bit_for_bit_when_the_function_throws(int evaluation)
    {
        double[] x = [BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_1234), -0.0, 0.1];
        double[] before = [.. x];
        var function = new ThrowsAt(evaluation);

        Assert.Throws<InvalidOperationException>(() => NumericalGradient.Compute(ref function, x, new double[3]));

        for (int i = 0; i < 3; i++)
            Assert.Equal(BitConverter.DoubleToInt64Bits(before[i]), BitConverter.DoubleToInt64Bits(x[i]));
    }

    [Fact]
    public void The_first_element_without_a_finite_derivative_is_named()
    {
        double[] x = [1, 0, -1], gradient = new double[3];

        var report = NumericalGradient.Compute(p => Math.Log(p[0]) + Math.Sqrt(p[1]), x, gradient);

        Assert.Equal(DifferentiationStatus.NonFinite, report.Status);
        Assert.Equal(1, report.WorstIndex);
        Assert.Equal(1, gradient[0], 1e-9);
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_the_first_evaluation()
    {
        double[] x = [1, 2, 3];
        var function = new SumOfSquares<double>();

        Assert.Contains("2 elements", Assert.Throws<ArgumentException>(
            () => NumericalGradient.Compute(ref function, x, new double[2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => NumericalGradient.Compute(ref function, x, x));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => NumericalGradient.Compute(ref function, x, new double[3], new() { Step = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => NumericalGradient.Compute(ref function, x, new double[3], new() { Step = 1e-17 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalGradient.Partial(ref function, x, 3));
        Assert.Throws<NotSupportedException>(
            () => NumericalGradient.Compute(p => p[0], new Half[1], new Half[1]));
        Assert.Equal(0, function.Evaluations);
        Assert.Equal([1, 2, 3], x);
    }

    [Fact]
    public void An_empty_point_has_an_empty_gradient() =>
        Assert.Equal(
            new DifferentiationReport(0, DifferentiationStatus.Completed, -1, double.NaN),
            NumericalGradient.Compute(_ => 1.0, Span<double>.Empty, Span<double>.Empty));

    [Fact]
    public void Nothing_is_allocated()
    {
        double[] x = new double[100], gradient = new double[100];
        var function = new SumOfSquares<double>();
        DifferentiationAllocation.AssertNone(() => NumericalGradient.Compute(ref function, x, gradient));
    }
}
