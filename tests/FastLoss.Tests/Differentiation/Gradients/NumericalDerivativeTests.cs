namespace FastLoss.Tests.Differentiation;

public class NumericalDerivativeTests
{
    [Theory]
    [InlineData(5, 0.2)]
    [InlineData(10, 0.3)]
    public void Textbook_parabola(double x, double expected)
    {
        var function = new TextbookParabola<double>();

        Assert.Equal(expected, NumericalDerivative.Central(ref function, x), 1e-9);
        Assert.Equal(expected, NumericalDerivative.Central(ref function, x, 1e-4), 1e-9);
        Assert.Equal(expected, NumericalDerivative.Central(v => 0.01 * v * v + 0.1 * v, x), 1e-9);
        Assert.Equal(expected, NumericalDerivative.Central(v => 0.01 * v * v + 0.1 * v, x, 1e-4), 1e-9);
        Assert.Equal(4, function.Evaluations);
    }

    [Theory]
    [InlineData(5, 0.2)]
    [InlineData(10, 0.3)]
    public void Textbook_parabola_by_forward_differences(double x, double expected)
    {
        var function = new TextbookParabola<double>();

        Assert.Equal(expected, NumericalDerivative.Forward(ref function, x), 1e-8);
        Assert.Equal(expected + 0.01 * 1e-4, NumericalDerivative.Forward(ref function, x, 1e-4), 1e-10);
        Assert.Equal(expected, NumericalDerivative.Forward(v => 0.01 * v * v + 0.1 * v, x), 1e-8);
        Assert.Equal(4, function.Evaluations);
    }

    [Theory]
    [InlineData(5, 0.2)]
    [InlineData(10, 0.3)]
    public void Textbook_parabola_in_float(float x, float expected)
    {
        var function = new TextbookParabola<float>();

        Assert.Equal(expected, NumericalDerivative.Central(ref function, x), 1e-5f);
        Assert.Equal(expected, NumericalDerivative.Forward(ref function, x), 1e-3f);
    }

    [Fact]
    public void The_step_taken_is_a_power_of_two_on_the_scale_of_x()
    {
        var positions = new List<double>();
        double Record(double x)
        {
            positions.Add(x);
            return x;
        }

        foreach (double x in new[] { 0, 1e-9, 1, -3, 5, 1e5, -7e8 })
        {
            positions.Clear();
            double slope = NumericalDerivative.Central(Record, x);

            Assert.Equal(1, slope);
            double ideal = Math.Cbrt(Math.BitIncrement(1.0) - 1) * Math.Max(1, Math.Abs(x));
            double h = (positions[0] - positions[1]) / 2;
            Assert.InRange(h / ideal, 0.7, 1.42);
            Assert.Equal(Math.ScaleB(1, Math.ILogB(h)), h);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-4)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e-20)]
    public void A_step_that_cannot_work_is_refused_with_its_value(double h)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => NumericalDerivative.Central(Math.Exp, 5, h));

        Assert.Equal("h", error.ParamName);
        Assert.Contains(h.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_without_a_value_beside_the_point_gives_NaN() =>
        Assert.Equal(double.NaN, NumericalDerivative.Central(Math.Log, 0.0));

    [Fact]
    public void Nothing_is_allocated()
    {
        var function = new TextbookParabola<double>();
        double sum = 0;
        DifferentiationAllocation.AssertNone(() => sum += NumericalDerivative.Central(ref function, 5.0)
            + NumericalDerivative.Forward(ref function, 5.0) + NumericalDerivative.Central(Math.Exp, 1.0, 1e-4));
        Assert.True(double.IsFinite(sum));
    }
}
